"""What a number of test rows can show: before, and beside, what it did show.

Shapes: N rows, G groups of rows that hang together.
"""

from __future__ import annotations

import math

from pipeline.evaluation.significance import Paired

POWER = 0.8
"""How often a difference that counts as detectable is found."""


def detectable_difference(
    paired: Paired, units: int, *, confidence: float = 0.95, ceiling: float | None = 1.0
) -> float:
    """The smallest true difference that is found with 80% power at the confidence asked for.

    (z_.975 + z_.80) x standard error of the paired difference, where each contender has one
    seed; half the interval takes the place of the first where there are several. For accuracy
    this is about 2.8 x sqrt(d / N), d the share of rows that only one of the two has right.

    Two contenders that never differ on this test set have no standard error, yet could
    differ on the next row: it counts as at least 1/N of the metric's largest value, which is
    what one such row gives. Where there is no largest value, nothing is known of that row.

    Args:
        paired: the difference on this test set, for its standard error.
        units: N rows, or G groups where rows are resampled in groups.
        confidence: of the interval that decides.
        ceiling: the metric's largest value, None where there is none.

    Source: Card et al. 2020 (arXiv:2010.06595), sections 2 and 4.
    """
    least = 0.0 if ceiling is None else ceiling / units
    return _multiple(paired, confidence) * max(paired.standard_error, least)


def units_needed(
    difference: float,
    paired: Paired,
    units: int,
    *,
    confidence: float = 0.95,
    ceiling: float | None = 1.0,
) -> int | None:
    """Test rows, or groups of them, on which a difference would be found with 80% power.

    What is unsure because of the rows shrinks with the root of their number; what is unsure
    because of the seeds does not.

    Args:
        difference: taken to be the true one.
        paired: what the present rows show.
        units: N, the present rows, or G where they are resampled in groups.
        confidence: of the interval that decides.
        ceiling: the metric's largest value, None where there is none.

    Returns:
        A number of units, or None where no number of them would do: there is no difference, or
        the seeds alone leave more doubt than that.
    """
    bearable = (abs(difference) / _multiple(paired, confidence)) ** 2
    left = bearable - paired.seed_error**2
    if left <= 0:
        return None
    least = 0.0 if ceiling is None else ceiling / units
    return max(1, math.ceil(units * max(paired.row_error, least) ** 2 / left - 1e-9))


def enough_to_tell(telling_rows: int, *, confidence: float) -> bool:
    """Whether any test could tell two contenders apart by so few rows that differ.

    If the two are equally good, each such row favours either with even odds; the least
    two-sided p-value is then 2 x 0.5^rows. At 95% that takes 6 rows. The percentile
    bootstrap, which trusts the rows that it has, would be sure with 4.
    """
    return telling_rows >= least_telling_rows(confidence)


def least_telling_rows(confidence: float) -> int:
    """The fewest rows that differ from which a test could tell anything: 6 at 95%."""
    return math.floor(1 - math.log2(1 - confidence)) + 1


def _multiple(paired: Paired, confidence: float) -> float:
    """How many standard errors a difference must be to be found with 80% power.

    Half the interval, and what the estimate falls short of the truth in one case of five. Few
    seeds make the interval wider than a normal one, and it is taken as it is.
    """
    from scipy.stats import norm, t

    if math.isinf(paired.degrees):
        return float(norm.ppf((1 + confidence) / 2) + norm.ppf(POWER))
    half = (paired.high - paired.low) / 2
    return float(half / paired.standard_error + t.ppf(POWER, paired.degrees))
