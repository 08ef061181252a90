"""Scales, ticks and the width of text, for plots that are drawn as text."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from pipeline.report.words import MINUS


@dataclass(frozen=True)
class Scale:
    """A straight line from values to pixels; ``first`` and ``last`` are the pixels of the ends."""

    low: float
    high: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        """Pixel of a value, held inside the ends."""
        part = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.first + part * (self.last - self.first), 2)

    def ticks(self, *, pixels: float) -> list[float]:
        """Round values inside the scale, at least about so many pixels apart."""
        room = max(1, int(abs(self.last - self.first) / pixels))
        raw = (self.high - self.low) / room
        power = 10.0 ** math.floor(math.log10(raw))
        step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * 0.9999)
        start = math.ceil(self.low / step - 1e-9)
        stop = math.floor(self.high / step + 1e-9)
        places = max(0, -math.floor(math.log10(step) + 1e-9))
        return [round(index * step, places) + 0.0 for index in range(start, stop + 1)]


def around(
    values: Iterable[float | None], first: float, last: float, *, bounded: bool = True
) -> Scale:
    """A scale that holds all finite values, with a margin on both sides.

    Args:
        values: what is to be drawn.
        first: pixel of the low end.
        last: pixel of the high end.
        bounded: values of 0 to 1 get no margin beyond 0 and 1, where nothing can be.
    """
    known = finite(values) or [0.0, 1.0]
    low, high = min(known), max(known)
    # Values that hardly differ get more room, so that ticks need no more than a few decimals.
    part = 1e-4 if high > low else 0.06
    least = max(abs(low), abs(high)) * part + 1e-5
    room = max((high - low) * 0.06, least)
    wide_low, wide_high = low - room, high + room
    if bounded and low >= 0:
        wide_low = max(wide_low, 0.0)
        wide_high = min(wide_high, 1.0) if high <= 1 else wide_high
    return Scale(wide_low, wide_high, first, last)


def finite(values: Iterable[float | None]) -> list[float]:
    """The values that can be drawn."""
    return [value for value in values if value is not None and math.isfinite(value)]


def tick_words(ticks: list[float]) -> list[str]:
    """Labels of ticks, all with the same decimals."""
    gaps = [abs(after - before) for before, after in pairwise(ticks)]
    gap = min(gaps, default=abs(ticks[0]) if ticks else 1.0) or 1.0
    places = max(0, -math.floor(math.log10(gap) + 1e-9))
    return [f"{tick:,.{places}f}".replace("-", MINUS) for tick in ticks]


def text_width(text: str, size: float) -> float:
    """Width in pixels at most, for a sans-serif font of this size; CJK letters are square."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return size * (wide * 1.0 + (len(text) - wide) * 0.6)


def fitted(text: str, size: float, room: float) -> str:
    """The text, cut with an ellipsis where it is wider than the room."""
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text + "…"
