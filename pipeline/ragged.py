"""Rows of different lengths in one array: end to end, or each an object.

Letters: N rows, E sequences, T items of all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np


def objects(rows: Iterable[object]) -> np.ndarray:
    """(N,) object: an element a row, even where rows are tuples of the same length."""
    return np.fromiter(rows, dtype=object)


@dataclass(frozen=True)
class Ragged:
    """Sequences of different lengths, end to end.

    Attributes:
        values: (T,) or (T, ...).
        offsets: (E + 1,) int64; sequence n is ``values[offsets[n]:offsets[n + 1]]``.
    """

    values: np.ndarray
    offsets: np.ndarray

    @classmethod
    def of(
        cls, sequences: Sequence[Sequence[int] | np.ndarray], *, dtype: Any = np.int32
    ) -> Ragged:
        """From sequences of numbers."""
        lengths = np.fromiter(map(len, sequences), dtype=np.int64, count=len(sequences))
        parts = [np.asarray(sequence, dtype=dtype) for sequence in sequences]
        values = np.concatenate(parts) if parts else np.zeros(0, dtype)
        return cls(values, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))

    @classmethod
    def repeated(
        cls, sequence: Sequence[int] | np.ndarray, times: int, *, dtype: Any = np.int32
    ) -> Ragged:
        """The same sequence so many times."""
        values = np.tile(np.asarray(sequence, dtype=dtype), times)
        return cls(values, np.arange(times + 1, dtype=np.int64) * len(sequence))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, number: int) -> np.ndarray:
        return self.values[self.offsets[number] : self.offsets[number + 1]]

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[number] for number in range(len(self)))

    @property
    def lengths(self) -> np.ndarray:
        """(E,) items of each sequence."""
        return np.diff(self.offsets)

    def take(self, chosen: np.ndarray) -> Ragged:
        """The given sequences, in the given order."""
        lengths = self.lengths[chosen]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
        return Ragged(self.values[np.repeat(self.offsets[chosen], lengths) + within], offsets)

    def shortened(
        self,
        longest: int,
        *,
        side: Literal["left", "right"] = "right",
        first: int = 0,
        last: int = 0,
    ) -> Ragged:
        """Sequences without what is too much of them.

        Args:
            longest: items that a sequence keeps at most.
            side: which side is lost.
            first, last: so many items at the beginning and the end stay where possible.
        """
        lengths = self.lengths
        surplus = np.maximum(lengths - longest, 0)
        start = np.maximum(lengths - last - surplus, 0)
        if side == "left":
            start = np.minimum(first, lengths - surplus)
        within = np.arange(len(self.values)) - np.repeat(self.offsets[:-1], lengths)
        gap = within - np.repeat(start, lengths)
        stays = (gap < 0) | (gap >= np.repeat(surplus, lengths))
        offsets = np.concatenate([[0], np.cumsum(lengths - surplus)]).astype(np.int64)
        return Ragged(self.values[stays], offsets)

    def followed_by(self, *others: Ragged) -> Ragged:
        """Each sequence with those of the same number behind it."""
        parts = (self, *others)
        offsets = np.sum([part.offsets for part in parts], axis=0)
        values = np.empty(offsets[-1], self.values.dtype)
        starts = offsets[:-1].copy()
        for part in parts:
            shift = np.repeat(starts - part.offsets[:-1], part.lengths)
            values[np.arange(len(part.values)) + shift] = part.values
            starts += part.lengths
        return Ragged(values, offsets)

    def sums(self, values: np.ndarray) -> np.ndarray:
        """(E,) what (T,) values add up to in each sequence; an empty one has 0."""
        totals = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
        return totals[self.offsets[1:]] - totals[self.offsets[:-1]]
