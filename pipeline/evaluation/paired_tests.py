"""Tests that two contenders are equally good, paired over the same rows.

Shapes: N rows, K statistics of a metric, R resamples.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.evaluation import resampling
from pipeline.evaluation.significance import DECIMALS, Finish


def mcnemar(correct_a: np.ndarray, correct_b: np.ndarray) -> float:
    """Exact two-sided p-value that two contenders are right equally often.

    Only rows that one of them has right and the other wrong speak; each is a fair coin's
    throw if the two are equally good.

    Args:
        correct_a: (N,) whether the first contender is right.
        correct_b: (N,) the same of the second.

    Source: McNemar 1947, Psychometrika 12, 153-157; the exact form is the sign test.
    """
    from scipy.stats import binomtest

    right_a, right_b = correct_a.astype(bool), correct_b.astype(bool)
    only_a = int((right_a & ~right_b).sum())
    only_b = int((right_b & ~right_a).sum())
    return float(binomtest(only_a, only_a + only_b).pvalue) if only_a + only_b else 1.0


def randomisation(
    stats_a: np.ndarray,
    stats_b: np.ndarray,
    finish: Finish,
    *,
    resamples: int,
    seed: int,
    groups: np.ndarray | None = None,
    cells: resampling.Cells | None = None,
) -> float:
    """Two-sided p-value that two contenders are alike: their answers are swapped at random.

    If they are alike, it is even odds which of the two a row's answers belong to; so the
    differences after swapping are as likely as the one that was found. It holds for any number
    of rows and any metric, where the bootstrap knows rare classes only from the rows it has.
    For a share of rows it is McNemar's test.

    Args:
        stats_a: (N, K) float64, what each row adds to the first contender's sums.
        stats_b: the same of the second.
        finish: sums to the metric's value.
        resamples: R.
        seed: of the swaps.
        groups: (N,) ints; rows with the same number are swapped together.
        cells: of the rows, or groups of rows, of both, where they are known.

    Source: Noreen 1989, Computer Intensive Methods for Testing Hypotheses, section 2; Yeh 2000
    (C00-2137), section 3.2, for F1.
    """
    ours, theirs = (resampling.by_group(stats, groups)[0] for stats in (stats_a, stats_b))
    totals = ours.sum(axis=0), theirs.sum(axis=0)
    found = np.round(finish(totals[0]) - finish(totals[1]), DECIMALS)
    cells = cells or resampling.Cells.of(ours, theirs)
    telling = cells.only((ours[cells.first] != theirs[cells.first]).any(axis=1))
    if not len(telling.first):
        return 1.0
    sums, counts = telling.units(ours, theirs, seed=seed)
    (moved,) = resampling.narrowed(sums[1] - sums[0], counts=counts)
    as_far = 1
    for swapped in resampling.swaps(counts, resamples, seed):
        shift = (swapped.astype(moved.dtype, copy=False) @ moved).astype(np.float64, copy=False)
        values = finish(totals[0] + shift) - finish(totals[1] - shift)
        as_far += int((np.abs(np.round(values, DECIMALS)) >= abs(found)).sum())
    return as_far / (resamples + 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values of several tests, raised so that one false find among all stays as rare as asked.

    Source: Holm 1979, Scandinavian Journal of Statistics 6, 65-70.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, largest = [0.0] * len(p_values), 0.0
    for place, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = largest
    return adjusted
