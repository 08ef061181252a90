"""Where two learning curves cross, and what may be said of it.

Shapes: P points of the curve, by rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Advantage:
    """The fine-tuned model against the best baseline at one number of training rows.

    Attributes:
        gain: difference of the scores, above zero where the fine-tuned model is better.
        better: it is better, or, where False, worse; None: the test rows do not decide.
    """

    rows: int
    gain: float
    better: bool | None


@dataclass(frozen=True)
class Crossing:
    """Where the transfer stops to pay.

    Attributes:
        rows: where the two curves meet, between points on a logarithmic scale; None where
            they do not meet once, from above.
        pays_to: the most rows at which the fine-tuned model was decided to be better.
        lost_from: the fewest rows from which the baseline was decided to be better.
        sentence: all of it in words.
    """

    rows: float | None
    pays_to: int | None
    lost_from: int | None
    sentence: str


def find(points: Sequence[Advantage], *, unit: str = "labels") -> Crossing:
    """Read the crossing off a curve; nothing is claimed that its points did not decide.

    Args:
        points: P of them, by rows.
        unit: what a training row is called.
    """
    won = [point.rows for point in points if point.better]
    lost = [point.rows for point in points if point.better is False]
    pays_to, lost_from = max(won, default=None), min(lost, default=None)
    rows = _meeting(points)
    disorder = pays_to is not None and lost_from is not None and lost_from < pays_to
    if disorder:
        sentence = (
            f"There is no single point up to which transfer pays: the fine-tuned model is better"
            f" at {_listed(won)} {unit} and worse at {_listed(lost)}."
        )
        return Crossing(None, pays_to, lost_from, sentence)
    return Crossing(rows, pays_to, lost_from, _sentence(points, rows, pays_to, lost_from, unit))


def about(rows: float) -> str:
    """A number of rows to two digits, since a crossing is known no better."""
    digits = 1 - math.floor(math.log10(rows))
    return f"{round(rows, min(digits, 0)):,.0f}"


def _sentence(
    points: Sequence[Advantage],
    rows: float | None,
    pays_to: int | None,
    lost_from: int | None,
    unit: str,
) -> str:
    first, last = points[0].rows, points[-1].rows
    tried = f"{first:,} {unit}" if first == last else f"{first:,} to {last:,} {unit}"
    if pays_to is None and lost_from is None:
        return f"Nothing is decided at {tried}: these test rows cannot tell the two apart."
    if pays_to is None:
        return (
            f"Transfer is not shown to pay at any of {tried}; from {lost_from:,} on the baseline is"
            " better."
        )
    if lost_from is not None:
        if rows is None:
            return f"Transfer pays up to {pays_to:,} {unit}, and no more from {lost_from:,} on."
        return (
            f"Transfer pays below about {about(rows)} {unit}: it is better up to {pays_to:,} and"
            f" worse from {lost_from:,} on."
        )
    if pays_to == last:
        return f"Transfer pays at {tried}: the curves do not cross up to there."
    begin = next(point.rows for point in points if point.rows > pays_to)
    met = (
        f"the curves meet at about {about(rows)}" if rows is not None else "the curves do not cross"
    )
    return (
        f"Transfer pays up to {pays_to:,} {unit}; from {begin:,} to {last:,} these test rows cannot"
        f" tell the two apart, and {met}."
    )


def _meeting(points: Sequence[Advantage]) -> float | None:
    """Where the gain goes from above zero to below it, if it does so once and never comes back."""
    signs = [point.gain > 0 for point in points]
    if not signs[0] or sum(now != then for now, then in pairwise(signs)) != 1:
        return None
    before, after = next((one, two) for one, two in pairwise(points) if one.gain > 0 >= two.gain)
    part = before.gain / (before.gain - after.gain)
    low, high = math.log(before.rows), math.log(after.rows)
    return math.exp(low + part * (high - low))


def _listed(rows: Sequence[int]) -> str:
    return ", ".join(f"{number:,}" for number in rows)
