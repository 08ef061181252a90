"""How sure a score and a difference of scores are.

A metric is a function of sums over rows, so a bootstrap resample is a weight for every
row. Rows whose statistics are the same are interchangeable: they are counted as one *cell*,
and drawing N rows with replacement is one multinomial draw over the cells. The cost follows
the number of different cells, not the number of rows, and the order of rows is immaterial.

Rows that hang together, such as questions about one passage, are resampled together: the
statistics of a group are summed first, and groups take the place of rows.

Shapes: N rows, K statistics of a metric, G groups, M cells, R resamples.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

Finish = Callable[[np.ndarray], np.ndarray]
"""Sums over rows (..., K) to the metric's value (...)."""

_BYTES = 64 * 2**20
"""What one chunk of resamples may take in memory."""

_DECIMALS = 12
"""A difference beyond these is rounding, and would put a tie on one side of zero."""


@dataclass(frozen=True)
class Paired:
    """Two contenders on the same rows: the first minus the second.

    Attributes:
        difference: in the metric's units.
        low: lower end of the interval of the difference.
        high: upper end.
        p_value: two-sided, by the bootstrap.
        standard_error: of the difference, by the bootstrap.
        telling_rows: rows, or groups of rows, on which the statistics of the two differ.
    """

    difference: float
    low: float
    high: float
    p_value: float
    standard_error: float
    telling_rows: int


def interval(
    stats: np.ndarray,
    finish: Finish,
    *,
    resamples: int,
    confidence: float,
    seed: int,
    groups: np.ndarray | None = None,
) -> tuple[float, float]:
    """Percentile bootstrap interval of one contender's score.

    Args:
        stats: (N, K) float64, what each row adds to the sums.
        finish: sums to the metric's value.
        resamples: R.
        confidence: share of the time that the interval is to be right, such as 0.95.
        seed: of the resamples.
        groups: (N,) ints; rows with the same number are resampled together.

    Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, section 13.3; Davison
    and Hinkley 1997, Bootstrap Methods and their Application, section 3.8, for groups.
    """
    if groups is not None:
        stats = _sums_by_group(stats, groups)
    first, counts = _cells(stats)
    cells = stats[first]
    values = np.concatenate(
        [finish(weights @ cells) for weights in _resampled(counts, cells.shape[1], resamples, seed)]
    )
    return _percentiles(values, confidence)


def paired_interval(
    stats_a: np.ndarray,
    stats_b: np.ndarray,
    finish: Finish,
    *,
    resamples: int,
    confidence: float,
    seed: int,
    groups: np.ndarray | None = None,
) -> Paired:
    """Percentile bootstrap interval of the difference of two contenders on the same rows.

    Both are scored on the same resamples of rows, so that what makes a row hard for both
    cancels. The p-value is twice the smaller share of resamples on either side of zero.

    Args:
        stats_a: (N, K) float64, what each row adds to the first contender's sums.
        stats_b: (N, K) float64, the same of the second.
        finish: sums to the metric's value.
        resamples: R.
        confidence: share of the time that the interval is to be right, such as 0.95.
        seed: of the resamples.
        groups: (N,) ints; rows with the same number are resampled together.

    Source: Efron and Tibshirani 1993, sections 13.3 and 15.4; Berg-Kirkpatrick et al. 2012
    (D12-1091), section 2, for systems compared on the same rows.
    """
    if groups is not None:
        stats_a, stats_b = _sums_by_group(stats_a, groups), _sums_by_group(stats_b, groups)
    first, counts = _cells(stats_a, stats_b)
    cells_a, cells_b = stats_a[first], stats_b[first]
    width = 2 * cells_a.shape[1]
    values = np.concatenate(
        [
            finish(weights @ cells_a) - finish(weights @ cells_b)
            for weights in _resampled(counts, width, resamples, seed)
        ]
    )
    values = np.round(values, _DECIMALS)
    low, high = _percentiles(values, confidence)
    # The observed difference counts as one resample, so that p is never zero.
    below, above = (values <= 0).sum() + 1, (values >= 0).sum() + 1
    difference = finish(stats_a.sum(axis=0)) - finish(stats_b.sum(axis=0))
    return Paired(
        difference=round(float(difference), _DECIMALS),
        low=low,
        high=high,
        p_value=min(1.0, float(2 * min(below, above) / (resamples + 1))),
        standard_error=float(values.std(ddof=1)),
        telling_rows=int((stats_a != stats_b).any(axis=1).sum()),
    )


def wilson(successes: int, total: int, *, confidence: float) -> tuple[float, float]:
    """Score interval of a proportion.

    Unlike the bootstrap it does not shrink to a point at 0 or ``total`` successes.

    Source: Wilson 1927, Journal of the American Statistical Association 22, 209-212;
    recommended by Brown, Cai and DasGupta 2001, Statistical Science 16, section 4.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / total
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * math.sqrt(share * (1 - share) / total + (z / total) ** 2 / 4)
    # At 0 and at ``total`` the formula gives the end of the range up to rounding.
    return (
        0.0 if successes == 0 else centre - half,
        1.0 if successes == total else centre + half,
    )


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


def minimum_detectable_difference(
    standard_error: float, rows: int, *, ceiling: float | None = 1.0
) -> float:
    """The smallest true difference that is found with 80% power at the 5% level.

    (z_.975 + z_.80) x standard error of the paired difference. For accuracy this is about
    2.8 x sqrt(d / N), d the share of rows that only one of the two has right.

    Two contenders that never differ on this test set have no standard error, yet could
    differ on the next row: it counts as at least 1/N of the metric's largest value, which is
    what one such row gives. Where there is no largest value, nothing is known of that row.

    Args:
        standard_error: of the difference on this test set.
        rows: N, or G where rows are resampled in groups.
        ceiling: the metric's largest value, None where there is none.

    Source: Card et al. 2020 (arXiv:2010.06595), sections 2 and 4.
    """
    normal = NormalDist()
    least = 0.0 if ceiling is None else ceiling / rows
    return (normal.inv_cdf(0.975) + normal.inv_cdf(0.8)) * max(standard_error, least)


def rows_needed(difference: float, *, detectable: float, rows: int) -> int | None:
    """Test rows of the same kind on which a difference would be found with 80% power.

    A standard error shrinks with the root of the number of rows.

    Args:
        difference: taken to be the true one.
        detectable: ``minimum_detectable_difference`` on the present rows.
        rows: N, the present rows.

    Returns:
        A number of rows, or None where there is no difference to find.
    """
    return math.ceil(rows * (detectable / difference) ** 2) if difference else None


def enough_to_tell(telling_rows: int, *, confidence: float) -> bool:
    """Whether any test could tell two contenders apart by so few rows that differ.

    If the two are equally good, each such row favours either with even odds; the least
    two-sided p-value is then 2 x 0.5^rows. At 95% that takes 6 rows. The percentile
    bootstrap, which trusts the rows that it has, would be sure with 4.
    """
    return 2 * 0.5**telling_rows < 1 - confidence


def number_of(groups: np.ndarray) -> int:
    """How many different groups (N,) there are."""
    return len(np.unique(groups))


def _sums_by_group(stats: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """(G, K) float64: the statistics (N, K) of each group of rows, summed."""
    if groups.shape != (len(stats),) or groups.dtype.kind not in "iu":
        raise ValueError(
            f"groups should be a whole number for each of {len(stats)} rows, found "
            f"{groups.dtype} of shape {groups.shape}"
        )
    order = np.argsort(groups, kind="stable")
    _, starts = np.unique(groups[order], return_index=True)
    return np.add.reduceat(stats[order], starts, axis=0)


def _cells(*stats: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index of a row of each cell, and the number of rows in it, in an order of the content's own.

    Args:
        stats: (N, K) each; a cell is a set of rows that agree in all of them.
    """
    joint = np.ascontiguousarray(np.hstack(stats)) + 0.0  # so that -0.0 and 0.0 are one cell
    rows = joint.view(np.dtype((np.void, joint.dtype.itemsize * joint.shape[1]))).ravel()
    _, first, counts = np.unique(rows, return_index=True, return_counts=True)
    # Frequent cells first: a multinomial draw stops once all rows are dealt out.
    order = np.argsort(-counts, kind="stable")
    return first[order], counts[order]


def _resampled(counts: np.ndarray, width: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Chunks (r, M) float64: how often each resample holds each cell; R in all.

    Args:
        counts: (M,) rows in each cell.
        width: statistics that the caller computes from a chunk, for the bound on memory.
        resamples: R.
        seed: the same seed draws the same, however it is cut into chunks.
    """
    rng = np.random.default_rng(seed)
    rows = int(counts.sum())
    shares = counts / rows
    per_resample = 8 * (2 * len(counts) + 3 * width)
    chunk = max(1, _BYTES // per_resample)
    for start in range(0, resamples, chunk):
        drawn = rng.multinomial(rows, shares, size=min(chunk, resamples - start))
        yield drawn.astype(np.float64)


def _percentiles(values: np.ndarray, confidence: float) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
