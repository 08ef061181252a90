"""The templates, and how they write numbers."""

from __future__ import annotations

import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.report import words


@functools.cache
def environment() -> Environment:
    """Templates of the pages, with numbers in words."""
    # Texts and labels are other people's words: everything is escaped.
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        number=lambda value: words.exact(value, words.number(value)),
        signed=lambda value: words.exact(value, words.signed(value)),
        count=lambda value: words.exact(value, words.count(value)),
        share=lambda value: words.exact(value, words.share(value)),
        duration=lambda value: words.exact(value, words.duration(value)),
        p_value=lambda value: words.exact(value, words.p_value(value)),
        megabytes=lambda value: _significant(words.megabytes(value)),
        brief=lambda value: words.exact(value, f"{value:.3g}"),
        tiny=lambda value: words.exact(value, words.tiny(value)),
        language=_language,
        breakable=_breakable,
        plain=lambda value: words.short(value, 400),
    )
    made.globals["exact"] = words.exact
    made.globals["per_thousand"] = lambda seconds, rows: _significant(
        words.milliseconds_per_thousand(seconds, rows)
    )
    return made


def _significant(value: float | None) -> Markup:
    return words.exact(value, words.significant(value))


def _language(text: str) -> Markup:
    """The attribute that picks glyphs, line breaks and a voice for Korean."""
    return Markup(' lang="ko"') if words.has_hangul(text) else Markup("")


def _breakable(label: str) -> Markup:
    """A label that may go on in the next line after an underscore, not inside a word."""
    return Markup("_<wbr>").join(label.split("_"))
