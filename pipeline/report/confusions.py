"""The confusion counts of one contender, arranged for reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.report.square_plots import shade

TABLE_CLASSES = 20
"""With more classes a table cannot be read; the largest confusions are listed instead."""
MAP_CLASSES = 300
"""With more classes a cell of the map would be smaller than a pixel or two."""
LISTED = 20


@dataclass(frozen=True)
class Cell:
    """One count; ``shade`` is 0 to 5 by its share of the gold rows."""

    found: int
    shade: int
    right: bool


@dataclass(frozen=True)
class Confusion:
    """``found`` rows of class ``gold`` were answered with ``answer``."""

    gold: str
    answer: str
    found: int
    of: int


def cells(counts: Sequence[Sequence[int]]) -> list[list[Cell]]:
    """(C, C) counts with their shades, rows gold."""
    return [
        [Cell(found, shade(found, sum(row)), index == column) for column, found in enumerate(row)]
        for index, row in enumerate(counts)
    ]


def largest(
    counts: Sequence[Sequence[int]], labels: Sequence[str], limit: int = LISTED
) -> list[Confusion]:
    """Wrong answers that were given most often, the most frequent first."""
    found = [
        Confusion(labels[row], labels[column], number, sum(values))
        for row, values in enumerate(counts)
        for column, number in enumerate(values)
        if number and row != column
    ]
    return sorted(found, key=lambda each: -each.found)[:limit]
