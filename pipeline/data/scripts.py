"""In which script texts are written, counted over whole columns at once.

Letters: N texts, K characters of all of them, S scripts.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SCRIPTS = (
    "Latin", "Hangul", "Han", "Kana", "Cyrillic", "Greek", "Arabic", "Hebrew", "Devanagari",
    "Thai", "other",
)  # fmt: skip
_NONE = len(SCRIPTS)
_RANGES: tuple[tuple[int, int, str], ...] = (
    (0x41, 0x5A, "Latin"), (0x61, 0x7A, "Latin"), (0xC0, 0x24F, "Latin"),
    (0x1E00, 0x1EFF, "Latin"), (0xFF21, 0xFF5A, "Latin"),
    (0x1100, 0x11FF, "Hangul"), (0x3130, 0x318F, "Hangul"), (0xA960, 0xA97F, "Hangul"),
    (0xAC00, 0xD7FF, "Hangul"),
    (0x3040, 0x30FF, "Kana"), (0x31F0, 0x31FF, "Kana"), (0xFF66, 0xFF9F, "Kana"),
    (0x3400, 0x4DBF, "Han"), (0x4E00, 0x9FFF, "Han"), (0xF900, 0xFAFF, "Han"),
    (0x20000, 0x323AF, "Han"),
    (0x400, 0x52F, "Cyrillic"), (0x370, 0x3FF, "Greek"), (0x1F00, 0x1FFF, "Greek"),
    (0x600, 0x6FF, "Arabic"), (0x750, 0x77F, "Arabic"), (0x8A0, 0x8FF, "Arabic"),
    (0x590, 0x5FF, "Hebrew"), (0x900, 0x97F, "Devanagari"), (0xE00, 0xE7F, "Thai"),
    (0x530, 0x58F, "other"), (0x980, 0xDFF, "other"), (0xE80, 0x10FF, "other"),
    (0x1200, 0x1CFF, "other"),
)  # fmt: skip
"""Blocks of the Unicode standard (Blocks.txt) that hold letters; digits and signs are in none."""


def count(texts: pa.ChunkedArray) -> np.ndarray:
    """(N, S) how many letters of each script are in each text."""
    joined = "".join(texts.to_pylist()).encode("utf-32-le", "surrogatepass")
    points = np.frombuffer(joined, np.uint32)  # (K,)
    of_text = np.repeat(np.arange(len(texts)), pc.utf8_length(texts).to_numpy())
    scripts = _table()[points]
    letters = scripts != _NONE
    places = of_text[letters] * len(SCRIPTS) + scripts[letters]
    found = np.bincount(places, minlength=len(texts) * len(SCRIPTS))
    return found.reshape(len(texts), len(SCRIPTS))


@cache
def _table() -> np.ndarray:
    """Code point -> number of its script."""
    table = np.full(0x110000, _NONE, np.uint8)
    for first, last, script in _RANGES:
        table[first : last + 1] = SCRIPTS.index(script)
    table[[0xD7, 0xF7]] = _NONE  # the signs of times and division
    table[0xFF3B:0xFF41] = _NONE
    return table
