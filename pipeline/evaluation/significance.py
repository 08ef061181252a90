"""How sure a score and a difference of scores are.

Intervals and p-values come from resampling rows (``resampling``) where no formula is exact,
and from the spread of the scores where a contender was trained with several seeds.

A score that was reached by S seeds is the mean of S scores. It varies with the rows that were
drawn for the test and with the seeds that were drawn for training. The rows are resampled, for
all seeds and both contenders alike; to each resample a draw of the seeds' own error is added,
sd / sqrt(S) times Student's t with S - 1 degrees of freedom. Few seeds are so given the doubt
that few numbers leave, which resampling 3 seeds would not: it draws them too alike by a third.
What a seed gains on these rows only is counted on both sides, so the interval is a little wide.

Sources: Sellam et al. 2022, The MultiBERTs (arXiv:2106.16163), section 4, for rows and seeds
that are resampled independently, rows alike for all seeds; Hannig, Iyer and Patterson 2006,
Journal of the American Statistical Association 101, 254-269, for adding the draws of t.

Shapes: N rows, K statistics of a metric, R resamples, S seeds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from pipeline.evaluation import resampling

Finish = Callable[[np.ndarray], np.ndarray]
"""Sums over rows (..., K) to the metric's value (...)."""

_PART = 2**17
"""Values that are looked at together: as many as a processor's cache holds."""

DECIMALS = 12
"""A difference beyond these is rounding, and would put a tie on one side of zero."""


@dataclass(frozen=True)
class Paired:
    """Two contenders on the same rows: the first minus the second.

    Attributes:
        difference: in the metric's units; of the means over seeds.
        low: lower end of the interval of the difference.
        high: upper end.
        p_value: two-sided, by the bootstrap.
        row_error: standard error of the difference over draws of rows, the seeds being given.
        seed_error: the same over draws of seeds, the rows being given; 0 for one seed each.
        degrees: of freedom of both errors together; infinite for one seed each.
        telling_rows: rows, or groups of rows, on which the statistics of the two differ.
    """

    difference: float
    low: float
    high: float
    p_value: float
    row_error: float
    telling_rows: int
    seed_error: float = 0.0
    degrees: float = math.inf

    @property
    def standard_error(self) -> float:
        """Of the difference, over rows and seeds."""
        return math.hypot(self.row_error, self.seed_error)


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
        stats: (N, K) float64, what each row adds to the sums; (S, N, K) for several seeds.
        finish: sums to the metric's value.
        resamples: R.
        confidence: share of the time that the interval is to be right, such as 0.95.
        seed: of the resamples.
        groups: (N,) ints; rows with the same number are resampled together.

    Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, section 13.3; Davison
    and Hinkley 1997, Bootstrap Methods and their Application, section 3.8, for groups.
    """
    runs = resampling.by_group(stats, groups)
    cells = resampling.Cells.of(*runs)
    values = _resampled_means([runs], cells, finish, resamples=resamples, seed=seed)[0]
    values = values + _Seeds.of(runs, finish).drawn(resamples, seed)
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
    cells: resampling.Cells | None = None,
) -> Paired:
    """Percentile bootstrap interval of the difference of two contenders on the same rows.

    Both are scored on the same resamples of rows, so that what makes a row hard for both
    cancels. The p-value is twice the smaller share of resamples on either side of zero.

    Args:
        stats_a: (N, K) float64, what each row adds to the first contender's sums; (S, N, K)
            where it was trained with several seeds.
        stats_b: the same of the second; its seeds may be more or fewer.
        finish: sums to the metric's value.
        resamples: R.
        confidence: share of the time that the interval is to be right, such as 0.95.
        seed: of the resamples.
        groups: (N,) ints; rows with the same number are resampled together.
        cells: of the rows, or groups of rows, of all seeds of both, where they are known.

    Source: Efron and Tibshirani 1993, sections 13.3 and 15.4; Berg-Kirkpatrick et al. 2012
    (D12-1091), section 2, for systems compared on the same rows. For seeds see the module.
    """
    runs_a, runs_b = resampling.by_group(stats_a, groups), resampling.by_group(stats_b, groups)
    cells = cells or resampling.Cells.of(*runs_a, *runs_b)
    ours, theirs = _resampled_means([runs_a, runs_b], cells, finish, resamples=resamples, seed=seed)
    values = ours - theirs
    row_error = float(np.round(values, DECIMALS).std(ddof=1))
    seeds_a, seeds_b = _Seeds.of(runs_a, finish), _Seeds.of(runs_b, finish)
    values = values + seeds_a.drawn(resamples, seed) - seeds_b.drawn(resamples, seed + 1)
    values = np.round(values, DECIMALS)
    low, high = _percentiles(values, confidence)
    # The observed difference counts as one resample, so that p is never zero.
    below, above = (values <= 0).sum() + 1, (values >= 0).sum() + 1
    seed_error = math.hypot(seeds_a.error, seeds_b.error)
    return Paired(
        difference=round(seeds_a.mean - seeds_b.mean, DECIMALS),
        low=low,
        high=high,
        p_value=min(1.0, float(2 * min(below, above) / (resamples + 1))),
        row_error=row_error,
        telling_rows=_telling(runs_a, runs_b, cells),
        seed_error=seed_error,
        degrees=_degrees(math.hypot(row_error, seed_error), (seeds_a, seeds_b)),
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


@dataclass(frozen=True)
class _Seeds:
    """What the seeds of one contender say: mean score, its standard error over seeds, S."""

    mean: float
    error: float
    count: int

    @classmethod
    def of(cls, runs: np.ndarray, finish: Finish) -> _Seeds:
        scores = np.round(finish(runs.sum(axis=1)), DECIMALS)
        count = len(scores)
        error = float(scores.std(ddof=1)) / math.sqrt(count) if count > 1 else 0.0
        return cls(float(scores.mean()), error, count)

    def drawn(self, resamples: int, seed: int) -> np.ndarray:
        """(R,) draws of the error of the mean over seeds."""
        if not self.error:
            return np.zeros(resamples)
        rng = np.random.default_rng((seed, self.count))
        return self.error * rng.standard_t(self.count - 1, resamples)


def _resampled_means(
    contenders: Sequence[np.ndarray],
    cells: resampling.Cells,
    finish: Finish,
    *,
    resamples: int,
    seed: int,
) -> list[np.ndarray]:
    """(R,) scores of each contender (S, N, K) on the same resamples, averaged over its seeds."""
    flat = [each for runs in contenders for each in runs]
    sums, counts = cells.units(*flat, seed=seed)
    sums = resampling.narrowed(*sums, counts=counts)
    owner = np.repeat(np.arange(len(contenders)), [len(runs) for runs in contenders])
    width = len(flat) * flat[0].shape[1]
    chunks: list[list[np.ndarray]] = [[] for _ in contenders]
    for drawn in resampling.resampled(counts, width, resamples, seed):
        weights = drawn.astype(sums[0].dtype, copy=False)
        scores = [finish((weights @ each).astype(np.float64, copy=False)) for each in sums]
        for number, chunk in enumerate(chunks):
            own = [score for score, at in zip(scores, owner, strict=True) if at == number]
            chunk.append(np.mean(own, axis=0))
    return [np.concatenate(chunk) for chunk in chunks]


def _telling(runs_a: np.ndarray, runs_b: np.ndarray, cells: resampling.Cells) -> int:
    """Rows on which the two differ, in the mean over seeds."""
    width = runs_a.shape[2]
    step = max(1, _PART // width)
    found = 0
    for start in range(0, len(cells.first), step):
        part = cells.first[start : start + step]
        ours, theirs = (runs[:, part].mean(axis=0).ravel() for runs in (runs_a, runs_b))
        unequal = np.flatnonzero(ours != theirs)
        apart = np.abs(ours[unequal] - theirs[unequal]) > 1e-12 * np.abs(theirs[unequal])
        telling = np.unique(unequal[apart] // width)
        found += int(cells.counts[start + telling].sum())
    return found


def _degrees(error: float, seeds: Sequence[_Seeds]) -> float:
    """Degrees of freedom of a standard error that is partly known from few seeds.

    Source: Satterthwaite 1946, Biometrics Bulletin 2, 110-114.
    """
    unsure = sum(each.error**4 / (each.count - 1) for each in seeds if each.error)
    return error**4 / unsure if unsure else math.inf


def _percentiles(values: np.ndarray, confidence: float) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
