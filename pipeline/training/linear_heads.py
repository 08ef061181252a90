"""Linear models that a head can start as, from the strongest penalty to the weakest.

Which one is told by the targets: class ids are one question, zeros and ones are a question a
column, and fractions are numbers to be met.

Shapes: N rows, H features, C outputs of the head.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np

PENALTIES = (0.01, 0.1, 1.0, 10.0, 100.0)
"""Values of C, scikit-learn's inverse strength of the L2 penalty."""

_RIDGE = 10.0
"""Ridge regression is given ``10 / C``: 1,000 for the strongest, which suits hundreds of
standardised features."""

Layer = tuple[np.ndarray, np.ndarray]
"""Weights (C, H) and biases (C,)."""


def candidates(features: np.ndarray, targets: np.ndarray, *, bias: bool) -> Iterator[Layer]:
    """One layer a penalty, in the order of ``PENALTIES``.

    Args:
        features: (N, H), standardised.
        targets: (N,) class ids, (N, C) zeros and ones, or (N,) floats.
        bias: whether the head has one.
    """
    if targets.dtype.kind == "f":
        return _numbers(features, targets, bias=bias)
    if targets.ndim == 2:
        return _label_sets(features, targets, bias=bias)
    return _classes(features, targets, bias=bias)


def _classes(features: np.ndarray, targets: np.ndarray, *, bias: bool) -> Iterator[Layer]:
    """Multinomial logistic regression."""
    for weight, intercept in _logistic(features, targets, bias=bias):
        if len(weight) > 1:
            yield weight, intercept
        else:  # two classes: one row of odds becomes two rows of logits
            yield (
                np.concatenate([-weight, weight]) / 2,
                np.concatenate([-intercept, intercept]) / 2,
            )


def _label_sets(features: np.ndarray, targets: np.ndarray, *, bias: bool) -> Iterator[Layer]:
    """Logistic regression a label, against all rows without it."""
    questions = [
        _constant(features, column) if column.min() == column.max()
        else _logistic(features, column, bias=bias)
        for column in targets.T
    ]  # fmt: skip
    for layers in zip(*questions, strict=True):
        yield (
            np.concatenate([weight for weight, _ in layers]),
            np.concatenate([intercept for _, intercept in layers]) * bias,
        )


def _constant(features: np.ndarray, column: np.ndarray) -> Iterator[Layer]:
    """All rows have the label, or none has: the log-odds of one more row of the other kind."""
    odds = np.log(len(column) + 1.0) * (1 if column[0] else -1)
    for _ in PENALTIES:
        yield np.zeros((1, features.shape[1])), np.asarray([odds])


def _logistic(features: np.ndarray, targets: np.ndarray, *, bias: bool) -> Iterator[Layer]:
    """As scikit-learn fits it; two classes get a single row."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    # From the strongest penalty to the weakest, each starting where the last one ended.
    model = LogisticRegression(fit_intercept=bias, max_iter=100, warm_start=True)
    for penalty in PENALTIES:
        with warnings.catch_warnings():
            # A start for training does not have to be converged to the last digit.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.set_params(C=penalty).fit(features, targets)
        yield model.coef_, np.broadcast_to(model.intercept_, len(model.coef_))


def _numbers(features: np.ndarray, targets: np.ndarray, *, bias: bool) -> Iterator[Layer]:
    """Ridge regression."""
    from sklearn.linear_model import Ridge

    for penalty in PENALTIES:
        model = Ridge(alpha=_RIDGE / penalty, fit_intercept=bias).fit(features, targets)
        yield model.coef_[None], np.atleast_1d(model.intercept_)
