"""Linear models, all brought to one form: outputs = X @ coef.T + intercept.

Shapes: N rows, F features, C classes or labels, 1 of numbers; R = C rows of coefficients, or 1
where there are two classes.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

Classifier = Literal["svm", "logistic"]

_LOGISTIC_STEPS = 100
"""Quasi-Newton steps at most: on 77 classes more of them cost seconds and change no answer."""


@dataclass(frozen=True)
class Linear:
    """A fitted linear model.

    Attributes:
        coef: (R, F) float32.
        intercept: (R,) float32.
        odds: a single row says how much likelier the second class is than the first.
    """

    coef: np.ndarray
    intercept: np.ndarray
    odds: bool = True

    @property
    def size(self) -> int:
        """How many weights there are."""
        return int(self.coef.size + self.intercept.size)

    def outputs(self, features: csr_matrix) -> np.ndarray:
        """(N, C) float64; with two classes the first one's are 0."""
        import numpy as np

        found = features @ self.coef.T.astype(np.float64) + self.intercept
        if found.shape[1] > 1 or not self.odds:
            return found
        return np.hstack([np.zeros_like(found), found])


def fit_each(targets: np.ndarray, one: Callable[[np.ndarray], Linear], *, features: int) -> Linear:
    """A question a column, against all rows without it.

    Args:
        targets: (N, C) zeros and ones, C at least 2.
        one: fits two classes, given (N,) zeros and ones that differ.
    """
    import numpy as np

    rows = [
        one(column) if column.min() != column.max() else _constant(features, bool(column[0]))
        for column in targets.T
    ]
    return Linear(
        np.concatenate([row.coef for row in rows]), np.concatenate([row.intercept for row in rows])
    )


def _constant(features: int, answer: bool) -> Linear:
    """What one learns from rows that all have a label, or all lack it."""
    import numpy as np

    return Linear(np.zeros((1, features), np.float32), np.array([1 if answer else -1], np.float32))


def fit(
    features: csr_matrix,
    targets: np.ndarray,
    *,
    classifier: Classifier,
    c: float,
    seed: int,
    naive_bayes: bool = False,
) -> Linear:
    """Fit classes, or a classifier a label.

    Args:
        features: (N, F).
        targets: (N,) class ids, of which each has a row; or (N, C) zeros and ones.
        classifier: a linear support vector machine (one against the rest, squared hinge) or
            logistic regression (multinomial).
        c: inverse strength of the L2 penalty.
        seed: for the order in which the support vector machine visits rows.
        naive_bayes: weigh features by naive Bayes log-ratios first, each class against the
            rest; the weights are folded into the coefficients.
    """
    import numpy as np

    def one(column: np.ndarray) -> Linear:
        weights = naive_bayes_weights(features, column) if naive_bayes else None
        return _fit(features, column, classifier=classifier, c=c, seed=seed, weights=weights)

    if targets.ndim == 1:
        classes = int(targets.max()) + 1
        if not naive_bayes or classes <= 2:
            return one(targets)
        targets = np.eye(classes, dtype=np.int64)[targets]
    return fit_each(targets, one, features=features.shape[1])


def _fit(
    features: csr_matrix,
    targets: np.ndarray,
    *,
    classifier: Classifier,
    c: float,
    seed: int,
    weights: np.ndarray | None,
) -> Linear:
    import numpy as np
    from scipy.sparse import diags_array
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    if weights is not None:
        features = features @ diags_array(weights)
    model = (
        LinearSVC(C=c, random_state=seed)
        if classifier == "svm"
        else LogisticRegression(C=c, max_iter=_LOGISTIC_STEPS, tol=1e-3)
    )
    with warnings.catch_warnings():
        # The candidates are judged on validation rows, the unfinished ones as they are.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(features, targets)
    coef = model.coef_ if weights is None else model.coef_ * weights
    return Linear(coef.astype(np.float32), np.atleast_1d(model.intercept_).astype(np.float32))


def ridge(features: csr_matrix, numbers: np.ndarray, *, penalty: float) -> Linear:
    """Ridge regression.

    Args:
        numbers: (N,) floats.
    """
    import numpy as np
    from sklearn.linear_model import Ridge

    # Conjugate gradients: a closed form would be dense.
    model = Ridge(alpha=penalty, solver="sparse_cg", tol=1e-4, max_iter=200)
    model.fit(features, numbers)
    coef = np.asarray(model.coef_, dtype=np.float32).reshape(1, -1)
    return Linear(coef, np.atleast_1d(model.intercept_).astype(np.float32), odds=False)


def naive_bayes_weights(features: csr_matrix, targets: np.ndarray) -> np.ndarray:
    """(F,) log-ratio of each feature's share in class 1 to its share in class 0.

    Source: Wang and Manning 2012 (P12-2018), section 2.1; over presence as there, or over
    TF-IDF weights; without their interpolation.
    """
    import numpy as np

    shares = []
    for class_ in (0, 1):
        mass = 1 + np.asarray(features[targets == class_].sum(axis=0)).ravel()
        shares.append(mass / mass.sum())
    return np.log(shares[1] / shares[0])
