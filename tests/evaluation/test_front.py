"""The Pareto front of quality against cost, and its rule for ties."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluation.front import front

POINTS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=8)


def on_it(*points: tuple[float, float], higher_is_better: bool = True) -> tuple[bool, ...]:
    scores, costs = zip(*points, strict=True)
    return front(scores, costs, higher_is_better=higher_is_better)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (((0.9, 100), (0.8, 200), (0.7, 1)), (True, False, True)),
        # Equal in quality: only the cheaper.
        (((0.8, 2), (0.8, 1)), (False, True)),
        # Equal in cost: only the better.
        (((0.8, 1), (0.7, 1)), (True, False)),
        # Equal in both: both, and whoever they surpass is off.
        (((0.8, 1), (0.8, 1), (0.8, 2)), (True, True, False)),
        (((0.5, 3),), (True,)),
        (((math.nan, 0), (0.5, 1)), (False, True)),
    ],
)
def test_ties(points: tuple[tuple[float, float], ...], expected: tuple[bool, ...]) -> None:
    assert on_it(*points) == expected


def test_where_less_is_better_the_front_turns() -> None:
    assert on_it((1.0, 9), (2.0, 9), higher_is_better=False) == (True, False)


@given(POINTS)
def test_the_front_surpasses_all_that_is_off_it_and_nothing_that_is_on_it(
    points: list[tuple[int, int]],
) -> None:
    chosen = on_it(*points)
    kept = {point for point, on in zip(points, chosen, strict=True) if on}
    ordered = sorted(kept, key=lambda point: point[1])
    # Strictly dearer and strictly better from one to the next; equals are one point here.
    assert [score for score, _ in ordered] == sorted({score for score, _ in kept})
    assert len({cost for _, cost in kept}) == len(kept)
    for point, on in zip(points, chosen, strict=True):
        score, cost = point
        assert on or any(more >= score and less <= cost for more, less in kept - {point})
        assert on == (point in kept)
