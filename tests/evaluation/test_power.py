"""What rows can show: by hand, by Card et al., and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pipeline.evaluation import power
from pipeline.evaluation.significance import Paired


def paired(row_error: float, *, seed_error: float = 0.0, degrees: float = math.inf) -> Paired:
    return Paired(0.0, -0.1, 0.1, 1.0, row_error, 50, seed_error, degrees)


def test_the_detectable_difference_of_accuracy_is_that_of_card_et_al() -> None:
    # 872 rows, 8% of them told apart, no difference: 2.8 * sqrt(0.08 / 872) = 2.7 points.
    found = power.detectable_difference(paired(math.sqrt(0.08 / 872)), 872)
    assert found == pytest.approx(0.0268, abs=1e-4)
    assert power.detectable_difference(paired(0.0), 100) == pytest.approx(0.028, abs=1e-4)


def test_a_row_that_is_not_seen_moves_no_more_than_the_metric_has_room() -> None:
    of_bleu = power.detectable_difference(paired(0.0), 100, ceiling=100.0)
    assert of_bleu == pytest.approx(2.8, abs=1e-2)
    assert power.detectable_difference(paired(0.0), 100, ceiling=None) == 0
    assert power.detectable_difference(paired(1.0), 100, ceiling=None) > 2.8


def test_a_stricter_confidence_detects_less() -> None:
    strict = power.detectable_difference(paired(0.01), 300, confidence=0.99)
    assert strict == pytest.approx(0.01 * (2.5758 + 0.8416), rel=1e-4)


def test_the_detectable_difference_is_found_four_times_in_five() -> None:
    rng = np.random.default_rng(5)
    rows, told_apart, trials = 1_000, 0.2, 4_000
    detectable = power.detectable_difference(paired(math.sqrt(told_apart / rows)), rows)
    shares = [(told_apart + detectable) / 2, (told_apart - detectable) / 2, 1 - told_apart]
    draws = rng.multinomial(rows, shares, size=trials)
    delta = (draws[:, 0] - draws[:, 1]) / rows
    error = np.sqrt(((draws[:, 0] + draws[:, 1]) / rows - delta**2) / rows)
    assert (delta > 1.96 * error).mean() == pytest.approx(0.8, abs=0.03)


def test_few_seeds_make_a_difference_harder_to_detect() -> None:
    one = power.detectable_difference(paired(0.01), 1_000)
    three = power.detectable_difference(paired(0.01, seed_error=0.01, degrees=8.0), 1_000)
    assert three > one * math.sqrt(2)


def test_units_needed_grow_with_the_square() -> None:
    at_300 = paired(0.01)
    detectable = power.detectable_difference(at_300, 300)
    assert power.units_needed(detectable, at_300, 300) == 300
    assert power.units_needed(detectable / 2, at_300, 300) == 1_200
    assert power.units_needed(-detectable / 2, at_300, 300) == 1_200
    assert power.units_needed(0.0, at_300, 300) is None


def test_no_number_of_rows_makes_up_for_the_doubt_that_seeds_leave() -> None:
    unsure = paired(0.01, seed_error=0.01, degrees=4.0)
    assert power.units_needed(0.01, unsure, 300) is None
    assert power.units_needed(1.0, unsure, 300) == 2


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
def test_the_least_rows_that_tell_are_the_fewest_that_a_sign_test_needs(confidence: float) -> None:
    least = power.least_telling_rows(confidence)
    assert 2 * 0.5**least < 1 - confidence <= 2 * 0.5 ** (least - 1) + 1e-12
    assert power.enough_to_tell(least, confidence=confidence)
    assert not power.enough_to_tell(least - 1, confidence=confidence)
