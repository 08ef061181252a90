"""Words as sub-words, a row at once or, where it is too long, in overlapping windows.

Letters: W words of a row, K windows of a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from pipeline.examples import Codec

_SHARED = 4
"""Neighbouring windows share one part in so many."""


@dataclass(frozen=True)
class Window:
    """A run of a row's words.

    Attributes:
        start: the first word.
        end: the word behind the last one.
        answers: the words that are answered here, each of them in one window only.
    """

    start: int
    end: int
    answers: tuple[int, ...]


def pieces_of(rows: Sequence[Sequence[str]], codec: Codec) -> list[list[list[int]]]:
    """Ids of each word of each row; a word of odd characters can have none.

    Every word but the first is given with the blank before it, as in running text: tokenizers
    that keep blanks tell the beginning of a word from its middle by it, and others drop it.
    """
    from pipeline.data.tokens import encodings

    spaced = [[row[0], *(f" {word}" for word in row[1:])] if row else [] for row in rows]
    found = []
    encoded = encodings(spaced, codec, split_into_words=True, special=False)
    for row, item in zip(rows, encoded, strict=True):
        words: list[list[int]] = [[] for _ in row]
        for id_, word in zip(item.ids, item.word_ids, strict=True):
            if word is not None:
                words[word].append(id_)
        found.append(words)
    return found


def split(lengths: np.ndarray, room: int) -> list[Window]:
    """Windows over a row's words, so that each word is read with much on both sides of it.

    A word is answered in the window in which the nearer of the window's ends is farthest away.

    Args:
        lengths: (W,) tokens of each word, none over ``room``.
        room: tokens of a window.
    """
    import numpy as np

    before = np.concatenate([[0], np.cumsum(lengths)])
    if before[-1] <= room:
        return [Window(0, len(lengths), tuple(range(len(lengths))))]
    bounds = list(_bounds(before, room))
    context = np.full((len(bounds), len(lengths)), -1)
    for number, (start, end) in enumerate(bounds):
        left = before[start:end] - before[start]
        right = before[end] - before[start + 1 : end + 1]
        context[number, start:end] = np.minimum(left, right)
    owner = context.argmax(axis=0)
    found = [
        Window(start, end, tuple(np.flatnonzero(owner == number).tolist()))
        for number, (start, end) in enumerate(bounds)
    ]
    return [window for window in found if window.answers]


def _bounds(before: np.ndarray, room: int) -> Iterator[tuple[int, int]]:
    """First and last word of each window; the last one reaches back as far as it can."""
    import numpy as np

    words = len(before) - 1
    start = 0
    while True:
        end = int(np.searchsorted(before, before[start] + room, side="right")) - 1
        if end >= words:
            yield int(np.searchsorted(before, before[words] - room)), words
            return
        yield start, end
        back = int(np.searchsorted(before, before[end] - room // _SHARED))
        start = max(start + 1, back)
