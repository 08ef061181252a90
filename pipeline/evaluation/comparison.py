"""Which of two contenders is better? From what each row adds to the sums of a metric.

The verdict of a run, a comparison of runs and a learning curve all decide here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pipeline.evaluation import paired_tests, power, resampling, significance
from pipeline.evaluation.scoring import Metric
from pipeline.evaluation.spec import EvaluationSpec


@dataclass(frozen=True)
class Comparison:
    """Two contenders on the same rows, and what can be said of it.

    Attributes:
        better: the first is better, or, where False, worse; None: that is not decided.
        p_value: two-sided; ``test`` names the test.
        detectable: the smallest true difference that such rows find four times in five.
        rows_needed: rows on which the wanted difference would be found as often, or, where none
            is wanted, the one that was found; None where no number of rows would do.
        units: N rows, or G groups of rows.
        enough: whether enough rows tell the two apart for any test.
    """

    paired: significance.Paired
    better: bool | None
    p_value: float
    test: str
    detectable: float
    rows_needed: int | None
    units: int
    enough: bool


def compare(
    metric: Metric,
    ours: np.ndarray,
    theirs: np.ndarray,
    *,
    spec: EvaluationSpec,
    seed: int,
    groups: np.ndarray | None = None,
) -> Comparison:
    """Decide by the interval of the paired difference and by a test, over rows and seeds.

    Better where all of the interval is and the test agrees; worse likewise. Nothing is decided
    where the two disagree, nor where fewer rows tell the contenders apart than any test needs
    (``power.enough_to_tell``).

    The test is exact McNemar for a share of rows and a randomisation test for all else: both
    hold for few rows and rare classes, of which the bootstrap is too sure. Of several seeds the
    p-value is the interval's own.

    Args:
        metric: whose statistics these are.
        ours: (N, K) float64, or (S, N, K) of several seeds.
        theirs: the same of the other.
        spec: resamples, confidence and the difference that is wanted.
        seed: of the resamples.
        groups: (N,) ints; rows with the same number hang together and are resampled so.
    """
    rows = ours.shape[-2]
    ours, theirs = (resampling.by_group(stats, groups) for stats in (ours, theirs))
    units = ours.shape[1]
    cells = resampling.Cells.of(*ours, *theirs)
    paired = significance.paired_interval(
        ours,
        theirs,
        metric.finish,
        resamples=spec.resamples,
        confidence=spec.confidence,
        seed=seed,
        cells=cells,
    )
    enough = power.enough_to_tell(paired.telling_rows, confidence=spec.confidence)
    test, p_value = _test(
        metric, ours, theirs, paired, cells, spec=spec, seed=seed, grouped=groups is not None
    )
    sure = enough and p_value <= 1 - spec.confidence
    sought = paired.difference if spec.wanted_difference is None else spec.wanted_difference
    needed = power.units_needed(
        sought, paired, units, confidence=spec.confidence, ceiling=metric.ceiling
    )
    return Comparison(
        paired=paired,
        better=_side(paired, higher_is_better=metric.higher_is_better) if sure else None,
        p_value=p_value,
        test=test,
        detectable=power.detectable_difference(
            paired, units, confidence=spec.confidence, ceiling=metric.ceiling
        ),
        rows_needed=needed and math.ceil(needed * rows / units),
        units=units,
        enough=enough,
    )


def _test(
    metric: Metric,
    ours: np.ndarray,
    theirs: np.ndarray,
    paired: significance.Paired,
    cells: resampling.Cells,
    *,
    spec: EvaluationSpec,
    seed: int,
    grouped: bool,
) -> tuple[str, float]:
    """Name of the test, and its p-value; statistics (S, N, K), or of groups in place of rows."""
    seeds = max(len(ours), len(theirs))
    over = "groups of rows" if grouped else "rows"
    if seeds > 1:
        return f"paired bootstrap over {over}, Student's t over {seeds} seeds", paired.p_value
    if metric.proportion and not grouped:
        return "exact McNemar", paired_tests.mcnemar(ours[0, :, 0], theirs[0, :, 0])
    p_value = paired_tests.randomisation(
        ours[0], theirs[0], metric.finish, resamples=spec.resamples, seed=seed, cells=cells
    )
    return f"paired randomisation over {over}", p_value


def _side(paired: significance.Paired, *, higher_is_better: bool) -> bool | None:
    if paired.low > 0:
        return higher_is_better
    if paired.high < 0:
        return not higher_is_better
    return None
