"""Linear classifiers, all brought to one form: logits = X @ coef.T + intercept.

Shapes: N rows, F features, C classes; R = C rows of coefficients, or 1 where there are two classes.
"""

from __future__ import annotations

import warnings
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
    """A fitted linear classifier.

    Attributes:
        coef: (R, F) float32.
        intercept: (R,) float32.
    """

    coef: np.ndarray
    intercept: np.ndarray

    def logits(self, features: csr_matrix) -> np.ndarray:
        """(N, C) float64; with two classes the first one's are 0."""
        import numpy as np

        decisions = features @ self.coef.T.astype(np.float64) + self.intercept
        if decisions.shape[1] > 1:
            return decisions
        return np.hstack([np.zeros_like(decisions), decisions])

    def scaled(self, scale: float) -> Linear:
        """The same classifier, with a softmax that is sharper by ``scale``."""
        import numpy as np

        factor = np.float32(scale)
        return Linear(self.coef * factor, self.intercept * factor)


def fit_labels(
    features: csr_matrix, targets: np.ndarray, *, classifier: Classifier, c: float, seed: int
) -> Linear:
    """A classifier a label, against all rows without it.

    Args:
        targets: (N, C) zeros and ones, C at least 2.
    """
    import numpy as np

    rows = [
        fit(features, column, classifier=classifier, c=c, seed=seed)
        if column.min() != column.max()
        else _constant(features.shape[1], bool(column[0]))
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
    weights: np.ndarray | None = None,
) -> Linear:
    """Fit on rows that hold every class.

    Args:
        features: (N, F).
        targets: (N,) class ids.
        classifier: a linear support vector machine (one against the rest, squared hinge) or
            logistic regression (multinomial).
        c: inverse strength of the L2 penalty.
        seed: for the order in which the support vector machine visits rows.
        weights: (F,) what each feature is multiplied with first; folded into the coefficients.
    """
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


def naive_bayes_weights(features: csr_matrix, targets: np.ndarray) -> np.ndarray:
    """(F,) log-ratio of each feature's share in class 1 to its share in class 0.

    Source: Wang and Manning 2012 (P12-2018), section 2.1, over TF-IDF weights in place of
    presence, without their interpolation.
    """
    import numpy as np

    shares = []
    for class_ in (0, 1):
        mass = 1 + np.asarray(features[targets == class_].sum(axis=0)).ravel()
        shares.append(mass / mass.sum())
    return np.log(shares[1] / shares[0])
