"""Examples that are made part by part, as one; large arrays of them lie on the disk.

Letters: N rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from pipeline.examples import Examples
from pipeline.ragged import Ragged
from pipeline.scratch import Growing

_FIELDS = ("ids", "rows", "values", "tokens", "responses", "types", "positions")


def joined(parts: Iterable[tuple[int, Examples]]) -> Examples:
    """All examples in order.

    Args:
        parts: one at least; each with how many rows come before its own.
    """
    first: Examples | None = None
    items: dict[str, _Item] = {}
    sides: dict[str, _Item] = {}
    cut: list[int] = []
    uncut_tokens = 0
    counts: Counter[str] = Counter()
    for before, part in parts:
        first = first or part
        whole = replace(part, rows=part.rows + before)
        for name in _FIELDS:
            if (given := getattr(whole, name)) is not None:
                items.setdefault(name, _Item()).add(given)
        for name, side in part.side.items():
            sides.setdefault(name, _Item()).add(side)
        cut += [number + before for number in part.cut]
        uncut_tokens += part.uncut_tokens
        counts.update(part.counts)
    assert first is not None  # noqa: S101
    found: dict[str, Any] = {name: item.whole() for name, item in items.items()}
    return replace(
        first,
        **found,
        side={name: item.whole() for name, item in sides.items()},
        cut=tuple(cut),
        uncut_tokens=uncut_tokens,
        counts=dict(counts),
    )


class _Item:
    """An array, or rows of different lengths, that grows."""

    def __init__(self) -> None:
        self._values = Growing()
        self._lengths: Growing | None = None

    def add(self, part: np.ndarray | Ragged) -> None:
        if isinstance(part, Ragged):
            self._lengths = self._lengths or Growing()
            self._lengths.add(part.lengths)
        self._values.add(part.values if isinstance(part, Ragged) else part)

    def whole(self) -> np.ndarray | Ragged:
        values = self._values.whole()
        if self._lengths is None:
            return values
        offsets = np.concatenate([[0], np.cumsum(self._lengths.whole())]).astype(np.int64)
        return Ragged(values, offsets)
