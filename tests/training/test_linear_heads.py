"""The linear models that a head can start as."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from pipeline.training.linear_heads import PENALTIES, candidates

RNG = np.random.default_rng(0)
FEATURES = RNG.normal(size=(80, 5))
HINTS = FEATURES @ RNG.normal(size=(5, 3)) + 0.3 * RNG.normal(size=(80, 3))


@pytest.mark.parametrize("bias", [True, False])
def test_each_label_is_a_logistic_regression_of_its_own(bias: bool) -> None:
    targets = (HINTS > 0.3).astype(np.int64)
    layers = list(candidates(FEATURES, targets, bias=bias))
    assert len(layers) == len(PENALTIES)
    weight, intercept = layers[2]
    assert (weight.shape, intercept.shape) == ((3, 5), (3,))
    for label in range(3):
        theirs = LogisticRegression(C=PENALTIES[2], fit_intercept=bias).fit(
            FEATURES, targets[:, label]
        )
        assert weight[label] == pytest.approx(theirs.coef_[0], abs=0.02)
        assert intercept[label] == pytest.approx(theirs.intercept_[0], abs=0.02)


def test_penalties_differ_even_though_each_fit_goes_on_from_the_last() -> None:
    targets = (HINTS > 0).astype(np.int64)
    sizes = [float(np.abs(weight).sum()) for weight, _ in candidates(FEATURES, targets, bias=True)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1] / 2


def test_a_label_that_all_rows_have_or_lack_is_said_of_all() -> None:
    targets = np.stack([np.ones(80, int), np.zeros(80, int), (HINTS[:, 0] > 0).astype(int)], axis=1)
    for weight, intercept in candidates(FEATURES, targets, bias=True):
        assert not weight[:2].any()
        assert intercept[0] > 0 > intercept[1]
        assert weight[2].any()


@pytest.mark.parametrize("bias", [True, False])
def test_numbers_are_met_by_ridge_regression(bias: bool) -> None:
    targets = HINTS[:, 0].astype(np.float32)
    layers = list(candidates(FEATURES, targets, bias=bias))
    weight, intercept = layers[-1]
    theirs = Ridge(alpha=0.1, fit_intercept=bias).fit(FEATURES, targets)
    assert (weight.shape, intercept.shape) == ((1, 5), (1,))
    assert weight[0] == pytest.approx(theirs.coef_)
    assert bias or not intercept.any()
    assert np.abs(layers[0][0]).sum() < np.abs(weight).sum()
