"""Calibration is what a hand would count."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.evaluation import calibration


def scores(*sure: float) -> np.ndarray:
    """Probabilities of two classes; the first is the answer."""
    return np.array([[each, 1 - each] for each in sure], dtype=np.float32)


def test_a_few_rows_by_hand() -> None:
    gold = np.array([0, 1, 0, 0])
    found = calibration.report(gold, scores(0.95, 0.95, 0.65, 0.55))
    assert [(held["low"], held["rows"], held["right"]) for held in found["bins"]] == [
        (0.5, 1, 1.0), (0.6, 1, 1.0), (0.9, 2, 0.5),
    ]  # fmt: skip
    assert found["ece"] == pytest.approx((0.45 + 0.35 + 2 * 0.45) / 4, abs=1e-5)
    above = {row["threshold"]: (row["share"], row["right"]) for row in found["thresholds"]}
    assert above[0.0] == (1.0, 0.75)
    assert above[0.6] == (0.75, pytest.approx(2 / 3, abs=1e-5))
    assert above[0.9] == (0.5, 0.5)
    assert above[0.99] == (0.0, None)


def test_probabilities_that_hold_have_hardly_an_error() -> None:
    draw = np.random.default_rng(0)
    sure = draw.uniform(0.5, 1.0, 40_000).astype(np.float32)
    gold = (draw.random(40_000) > sure).astype(np.int64)
    assert calibration.report(gold, scores(*sure))["ece"] < 0.01
    too_sure = np.clip(sure + 0.2, 0.0, 1.0)
    assert calibration.report(gold, scores(*too_sure))["ece"] > 0.1


@pytest.mark.parametrize(
    ("gold", "found", "expected"),
    [
        (np.array([0, 1]), scores(0.9, 0.8), True),
        (np.array([0, 1]), None, False),
        (np.array([0.5, 1.5]), scores(0.9, 0.8), False),
        (np.array([[0, 1], [1, 1]]), scores(0.9, 0.8), False),
    ],
)
def test_only_one_class_a_row_can_be_sure(
    gold: np.ndarray, found: np.ndarray | None, expected: bool
) -> None:
    assert calibration.tells(gold, found) is expected
