"""Many contenders on the same test rows: who beats whom, and at what price.

Every pair of fine-tuned models, and each of them with the best baseline, is a test. The more
tests, the likelier a false find among them, so p-values are raised by Holm's method.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from pipeline.contracts import Kind
from pipeline.evaluation import comparison, paired_tests, scoring
from pipeline.evaluation.front import front
from pipeline.evaluation.scoring import Metric
from pipeline.evaluation.spec import EvaluationSpec

COSTS = ("training seconds", "ms a row", "MB")
"""What is weighed against quality, less of each being better."""


@dataclass(frozen=True)
class Competitor:
    """One contender of one run.

    Attributes:
        run: where it comes from; several, where a baseline is the same in all of them.
        validation_score: on the validation rows of its run, by ``validation_metric``, the run's.
        seeds: trainings that the score is a mean of.
        costs: a number for each of ``COSTS``.
        fronts: the costs for which it is on the Pareto front (``front``).
    """

    name: str
    kind: Kind
    run: str
    score: float
    interval: tuple[float, float]
    validation_score: float
    validation_metric: str
    seeds: int
    costs: Mapping[str, float]
    fronts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """Two competitors, the first of them the one that scores better.

    Attributes:
        difference: in the metric's units, first minus second; likewise the interval.
        p_value: raised by Holm's method over all matches.
        decided: the first is better, by interval and raised p-value; else that is open.
        detectable: the smallest true difference that such rows find four times in five.
    """

    first: str
    second: str
    difference: float
    interval: tuple[float, float]
    p_value: float
    decided: bool
    detectable: float


@dataclass(frozen=True)
class Ranking:
    """Competitors, best first, and their matches.

    Attributes:
        notes: what a reader should know, a sentence each.
    """

    metric: str
    title: str
    higher_is_better: bool
    test_rows: int
    confidence: float
    competitors: Sequence[Competitor]
    matches: Sequence[Match]
    notes: Sequence[str] = ()


def matched(
    entrants: Sequence[tuple[Competitor, np.ndarray]],
    *,
    metric: Metric,
    spec: EvaluationSpec,
    groups: np.ndarray | None,
) -> list[Match]:
    """Every match between the fine-tuned competitors and the baseline best on validation.

    Args:
        entrants: competitors, best first, each with its statistics (S, N, K).
        metric: whose statistics these are.
        spec: resamples and confidence.
        groups: (N,) rows that hang together.
    """
    baseline = best_baseline([one for one, _ in entrants])
    rivals = [pair for pair in entrants if pair[0].kind == "fine-tuned" or pair[0] is baseline]
    found = []
    for (first, ours), (second, theirs) in combinations(rivals, 2):
        one = comparison.compare(metric, ours, theirs, spec=spec, seed=0, groups=groups)
        found.append((first.name, second.name, one))
    raised = paired_tests.holm([one.p_value for _, _, one in found])
    return [
        Match(
            first=first,
            second=second,
            difference=one.paired.difference,
            interval=(one.paired.low, one.paired.high),
            p_value=p_value,
            decided=one.better is not None and p_value <= 1 - spec.confidence,
            detectable=one.detectable,
        )
        for (first, second, one), p_value in zip(found, raised, strict=True)
    ]


def best_baseline(competitors: Sequence[Competitor]) -> Competitor | None:
    """The baseline that is best on validation rows; the smallest of equally good ones.

    Where runs are about different metrics, validation scores compare within one metric only:
    that of the first in alphabetical order.
    """
    baselines = [one for one in competitors if one.kind == "baseline"]
    by = min((one.validation_metric for one in baselines), default="")
    baselines = [one for one in baselines if one.validation_metric == by]
    sign = -1 if by and scoring.higher_is_better(by) else 1
    return min(
        baselines, key=lambda one: (sign * one.validation_score, one.costs["MB"]), default=None
    )


def with_fronts(competitors: Sequence[Competitor], higher_is_better: bool) -> list[Competitor]:
    """Competitors that know for which costs they are on the front."""
    scores = [one.score for one in competitors]
    chosen = {
        cost: front(
            scores, [one.costs[cost] for one in competitors], higher_is_better=higher_is_better
        )
        for cost in COSTS
    }
    return [
        replace(one, fronts=tuple(cost for cost in COSTS if chosen[cost][at]))
        for at, one in enumerate(competitors)
    ]
