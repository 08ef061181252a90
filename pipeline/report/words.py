"""Numbers in words. Each keeps its exact value beside the rounded one that is shown."""

from __future__ import annotations

import json
import math
from typing import Any

from markupsafe import Markup, escape

ABSENT = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"


def number(value: float | None, digits: int = 3) -> str:
    """A score: fixed decimals while it is small, so that columns align."""
    if value is None or not math.isfinite(value):
        return ABSENT
    places = digits if abs(value) < 10 else max(0, digits - 2)
    return f"{value:,.{places}f}".replace("-", MINUS)


def signed(value: float | None, digits: int = 3) -> str:
    """A difference, always with its sign."""
    shown = number(value, digits)
    return f"+{shown}" if value is not None and value > 0 else shown


def count(value: float | None) -> str:
    """A whole number with separators."""
    return ABSENT if value is None else f"{int(value):,}"


def share(value: float | None, digits: int = 1) -> str:
    """A part of one as a percentage."""
    return ABSENT if value is None or not math.isfinite(value) else f"{value * 100:.{digits}f} %"


def significant(value: float | None, digits: int = 3) -> str:
    """A magnitude of unknown size, to so many significant digits and never as 1e-05."""
    if value is None or not math.isfinite(value):
        return ABSENT
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(places, 12)}f}".replace("-", MINUS)


def tiny(value: float | None) -> str:
    """A difference that should be nothing: its power of ten is what matters."""
    if value is None or not math.isfinite(value):
        return ABSENT
    return "0" if value == 0 else f"{value:.1e}".replace("-", MINUS)


def duration(seconds: float | None) -> str:
    """Wall time as a person says it."""
    if seconds is None or not math.isfinite(seconds):
        return ABSENT
    if seconds < 10:
        return f"{significant(seconds, 2)} s" if seconds >= 0.001 else "< 1 ms"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60:02d} min"


def p_value(value: float | None) -> str:
    """A p-value, with what four decimals cannot show as a bound."""
    if value is None or not math.isfinite(value):
        return ABSENT
    return "< 0.0001" if value < 0.0001 else f"{value:.4f}"


def megabytes(size_bytes: float) -> float:
    """Bytes in MB of 1,000,000 bytes."""
    return size_bytes / 1e6


def milliseconds_per_thousand(seconds: float, rows: int) -> float | None:
    """Time over all rows in milliseconds a 1,000 rows."""
    return seconds * 1e6 / rows if rows else None


def short(value: Any, limit: int = 60) -> str:
    """Any JSON value on one line: words as they are, lists as words with commas, the rest JSON."""
    if isinstance(value, list):
        shown = ", ".join(short(each, limit) for each in value)
        return shown if len(shown) <= limit else shown[: limit - 1] + "…"
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def exact(value: float | None, shown: str) -> Markup:
    """HTML that shows a rounded number and carries the exact one."""
    if value is None:
        return escape(shown)
    return Markup('<data value="{}">{}</data>').format(repr(value), shown)


def has_hangul(text: str) -> bool:
    """Whether a text is to be set, and read aloud, as Korean."""
    return any("가" <= letter <= "힣" or "ᄀ" <= letter <= "ᇿ" for letter in text)
