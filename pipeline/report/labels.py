"""Names beside the points of a plot, none over another name or point.

A name is tried at the sides of its point first, then ever farther away, with a leader to it. It
may lie over a line where there is nothing better, and is left out where the plot is full.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.report.axes import text_width
from pipeline.report.svg import SMALL

Spot = tuple[float, float]
"""A place in a drawing in pixels: across, down."""

Side = Literal["start", "middle", "end"]

_DOT = 6.0
"""Half of a point's mark."""

_OVER_A_LINE, _LEADER = 25.0, 12.0
"""What lying over a line and having a leader cost, in pixels of distance from the point."""

_PASSES = 3
"""How often each name is placed anew, now that the others have their places."""


@dataclass(frozen=True)
class Box:
    """A part of a drawing, in pixels."""

    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two share any of their insides."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: Box) -> bool:
        """Whether all of the other lies in this one."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom

    def nearest(self, spot: Spot) -> Spot:
        """The place in the box that is nearest to another."""
        return (
            min(max(spot[0], self.left), self.right),
            min(max(spot[1], self.top), self.bottom),
        )

    def crossed(self, start: Spot, end: Spot) -> bool:
        """Whether a straight line from one place to the other goes through the box.

        Source: Liang and Barsky 1984, ACM Transactions on Graphics 3, 1-22.
        """
        first, last = 0.0, 1.0
        for at, to, low, high in (
            (start[0], end[0], self.left, self.right),
            (start[1], end[1], self.top, self.bottom),
        ):
            if at == to:
                if not low < at < high:
                    return False
                continue
            enters, leaves = sorted(((low - at) / (to - at), (high - at) / (to - at)))
            first, last = max(first, enters), min(last, leaves)
        return first < last


@dataclass(frozen=True)
class Label:
    """Where a name stands.

    Attributes:
        box: as large as the name may be at most.
        side: of the box, at which the text is held: the point's, ``middle`` above and below it.
        leader: the line from the point's mark to a name that is not beside it.
    """

    name: str
    box: Box
    side: Side
    leader: tuple[Spot, Spot] | None

    @classmethod
    def of(cls, name: str, spot: Spot, box: Box, *, beside: bool) -> Label:
        """The label of a point in this box."""
        x, y = spot
        side: Side = "start" if box.left > x else "end" if box.right < x else "middle"
        end_x, end_y = box.nearest(spot)
        far = math.dist(spot, (end_x, end_y))
        if beside or not far:
            return cls(name, box, side, None)
        start = x + (end_x - x) * _DOT / far, y + (end_y - y) * _DOT / far
        return cls(name, box, side, (start, (end_x, end_y)))

    @property
    def held(self) -> Spot:
        """Where the text is held: on its baseline, at its side."""
        left, right = self.box.left, self.box.right
        across = {"start": left, "middle": (left + right) / 2, "end": right}[self.side]
        return across, self.box.bottom - 0.27 * SMALL


def placed(
    names: Sequence[str],
    spots: Sequence[Spot],
    *,
    room: Box,
    lines: Sequence[tuple[Spot, Spot]] = (),
) -> list[Label | None]:
    """A label for each point, in their order; None where no place is free.

    Args:
        names: what is written, of size ``SMALL``.
        spots: the points.
        room: where labels may be.
        lines: what labels had better not lie over.
    """
    dots = [Box(x - _DOT, x + _DOT, y - _DOT, y + _DOT) for x, y in spots]
    found: list[Label | None] = [None] * len(names)
    for _ in range(_PASSES):
        for number, (name, spot) in enumerate(zip(names, spots, strict=True)):
            others = [each for at, each in enumerate(found) if each and at != number]
            taken = [*dots, *(each.box for each in others)]
            drawn = [*lines, *(each.leader for each in others if each.leader)]
            found[number] = _best(name, spot, room, taken, drawn)
    return found


def _best(
    name: str, spot: Spot, room: Box, taken: Sequence[Box], lines: Sequence[tuple[Spot, Spot]]
) -> Label | None:
    """The cheapest free place; of equals the first."""
    best, least = None, math.inf
    for at_least, label in _places(name, spot, room):
        if at_least >= least:
            break
        if any(label.box.meets(box) for box in taken):
            continue
        price = _price(label, taken, lines)
        if price < least:
            best, least = label, price
    return best


def _places(name: str, spot: Spot, room: Box) -> Iterator[tuple[float, Label]]:
    """What a place costs at least, and the place, by that.

    Beside the point, the best side first; then all over the room, with a leader.
    """
    x, y = spot
    width, height = text_width(name, SMALL), 1.15 * SMALL
    gap, half = _DOT + 3, height / 2
    beside = (
        (x + gap, y - half), (x - gap - width, y - half),
        (x - width / 2, y - gap - height), (x - width / 2, y + gap),
        (x + gap - 3, y - gap - half), (x - gap + 3 - width, y - gap - half),
        (x + gap - 3, y + gap - half), (x - gap + 3 - width, y + gap - half),
    )  # fmt: skip
    for left, top in beside:
        box = Box(left, left + width, top, top + height)
        if room.holds(box):
            yield 0.0, Label.of(name, spot, box, beside=True)
    away = [
        Box(left, left + width, top, top + height)
        for top in range(math.ceil(room.top), math.floor(room.bottom - height) + 1, 5)
        for left in range(math.ceil(room.left), math.floor(room.right - width) + 1, 8)
    ]
    far = sorted((math.dist(spot, box.nearest(spot)), at) for at, box in enumerate(away))
    for distance, at in far:
        yield _LEADER + distance - _DOT, Label.of(name, spot, away[at], beside=False)


def _price(label: Label, taken: Sequence[Box], lines: Sequence[tuple[Spot, Spot]]) -> float:
    """In pixels: how far from its point, and what it lies over."""
    price = _OVER_A_LINE * sum(label.box.crossed(*line) for line in lines)
    if label.leader:
        price += _LEADER + math.dist(*label.leader)
        price += 2 * _OVER_A_LINE * sum(box.crossed(*label.leader) for box in taken)
    return price
