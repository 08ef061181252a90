"""The Pareto front of quality against a cost: whom nothing surpasses without costing more."""

from __future__ import annotations

import math
from collections.abc import Sequence


def front(
    scores: Sequence[float], costs: Sequence[float], *, higher_is_better: bool
) -> tuple[bool, ...]:
    """Which contenders are on the front.

    One is off it where another scores no less for no more, and is better in one of the two: of
    equal scores only the cheapest stays, of equal costs only the best. Two that are equal in
    both are both on it. A score that is not a number is on no front.

    Args:
        scores: one a contender, in the metric's units.
        costs: one a contender, less being better.
        higher_is_better: whether more of the metric is better.
    """
    sign = 1 if higher_is_better else -1
    points = [(sign * score, cost) for score, cost in zip(scores, costs, strict=True)]
    return tuple(
        not math.isnan(score)
        and not any(
            more >= score and less <= cost and (more, less) != (score, cost)
            for more, less in points
        )
        for score, cost in points
    )
