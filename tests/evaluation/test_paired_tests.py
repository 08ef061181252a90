"""Tests of pairs and of seeds: by hand, against each other, and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pipeline.evaluation import paired_tests, resampling, significance


def mean(totals: np.ndarray) -> np.ndarray:
    found: np.ndarray = totals[..., 0] / totals[..., 1]
    return found


def stats(values: np.ndarray) -> np.ndarray:
    """Statistics (..., N, 2) of a metric that is a mean over rows."""
    return np.stack([values, np.ones_like(values)], axis=-1).astype(np.float64)


def randomised(ours: np.ndarray, theirs: np.ndarray, groups: np.ndarray | None = None) -> float:
    return paired_tests.randomisation(
        stats(ours), stats(theirs), mean, resamples=10_000, seed=0, groups=groups
    )


def paired(ours: np.ndarray, theirs: np.ndarray, *, resamples: int = 10_000) -> significance.Paired:
    return significance.paired_interval(
        stats(ours), stats(theirs), mean, resamples=resamples, confidence=0.95, seed=0
    )


def _units(*both: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    return resampling.Cells.of(*both).units(*both, seed=0)


def test_randomisation_is_mcnemar_for_a_share_of_rows() -> None:
    first, second = np.repeat([1, 0, 1, 0], [8, 2, 30, 7]), np.repeat([0, 1, 1, 0], [8, 2, 30, 7])
    exact = paired_tests.mcnemar(first, second)
    assert randomised(first, second) == pytest.approx(exact, abs=0.01)
    assert randomised(second, first) == pytest.approx(exact, abs=0.01)
    assert randomised(first, first) == 1.0


def test_five_rows_are_never_enough_for_randomisation() -> None:
    second = np.zeros(100)
    first = second.copy()
    first[:5] = np.arange(1, 6)
    assert randomised(first, second) == pytest.approx(2 / 32, abs=0.01)
    first[5] = 1
    assert randomised(first, second) == pytest.approx(2 / 64, abs=0.01)


def test_rows_that_hang_together_are_swapped_together() -> None:
    rng = np.random.default_rng(0)
    second = rng.normal(0, 1, 50)
    first = second + rng.normal(0.5, 1, 50)
    once = randomised(first, second)
    groups = np.repeat(np.arange(50), 6)
    together = randomised(np.repeat(first, 6), np.repeat(second, 6), groups)
    assert together == pytest.approx(once, abs=0.01)
    assert randomised(np.repeat(first, 6), np.repeat(second, 6)) < once / 5


def test_very_many_rows_are_dealt_into_blocks_that_vary_as_rows_do() -> None:
    rng = np.random.default_rng(1)
    ours, theirs = rng.exponential(1, 20_000), rng.exponential(1, 20_000)
    _, counts = _units(stats(ours), stats(theirs))
    assert len(counts) == 1_000
    found = paired(ours, theirs)
    exact = (ours - theirs).std() / math.sqrt(20_000)
    assert found.standard_error == pytest.approx(exact, rel=0.08)
    assert found.difference == pytest.approx(float((ours - theirs).mean()))
    shuffled = rng.permutation(20_000)
    again = paired(ours[shuffled], theirs[shuffled])
    assert (again.low, again.high) == pytest.approx((found.low, found.high), rel=1e-9)


def test_very_many_rows_of_few_kinds_stay_cells() -> None:
    right = (np.random.default_rng(0).random((2, 20_000)) < 0.7).astype(float)
    _, counts = _units(stats(right[0]), stats(right[1]))
    assert len(counts) == 4
    assert counts.sum() == 20_000


def test_seeds_that_agree_are_one_seed() -> None:
    rng = np.random.default_rng(0)
    ours, theirs = rng.random(300), rng.random(300)
    one, three = paired(ours, theirs), paired(np.stack([ours] * 3), theirs)
    assert three.seed_error == 0
    assert math.isinf(three.degrees)
    assert (three.low, three.high) == pytest.approx((one.low, one.high), abs=0.1 * one.row_error)
    assert three.telling_rows == one.telling_rows


def test_seeds_that_differ_widen_the_interval_the_fewer_the_more() -> None:
    rng = np.random.default_rng(0)
    theirs = rng.random(300)
    levels = np.array([-0.1, 0.0, 0.1])
    three = paired(theirs + 0.3 + levels[:, None], theirs)
    assert three.difference == pytest.approx(0.3)
    # 0.1 / sqrt(3), and Student's t with 2 degrees of freedom.
    assert three.seed_error == pytest.approx(0.1 / math.sqrt(3))
    assert three.degrees == pytest.approx(2, rel=0.05)
    half = 4.303 * three.seed_error
    assert (three.low, three.high) == pytest.approx((0.3 - half, 0.3 + half), rel=0.1)
    nine = paired(theirs + 0.3 + np.tile(levels, 3)[:, None], theirs)
    assert nine.high - nine.low < 0.5 * (three.high - three.low)


def test_seeds_of_equal_contenders_are_seldom_told_apart() -> None:
    rng = np.random.default_rng(3)
    better = worse = 0
    for _ in range(200):
        hard = rng.normal(0, 1, 200)
        # Seeds are good or bad as a whole, and each errs on rows of its own.
        contenders = [
            hard + rng.normal(0, 0.2, 3)[:, None] + rng.normal(0, 1, (3, 200)) for _ in range(2)
        ]
        found = paired(*contenders, resamples=1_000)
        better += found.low > 0
        worse += found.high < 0
    # 2.5% a side is 5 of 200, and the method errs on the side of caution.
    assert better <= 10
    assert worse <= 10


def test_one_lucky_seed_of_three_does_not_decide() -> None:
    rng = np.random.default_rng(4)
    theirs = rng.random(2_000)
    lucky = np.stack([theirs, theirs, theirs + 0.2])
    assert paired(lucky[2], theirs).low > 0
    assert paired(lucky, theirs).low < 0 < paired(lucky, theirs).difference
