"""Naive Bayes over counts of terms, as a linear model.

Shapes: N rows, F features, C classes or labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pipeline.baselines._linear import Linear, fit_each

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

Bayes = Literal["multinomial", "complement"]


def fit(counts: csr_matrix, targets: np.ndarray, *, model: Bayes, alpha: float) -> Linear:
    """Fit classes, or two of them a label.

    Args:
        counts: (N, F).
        targets: (N,) class ids, of which each has a row; or (N, C) zeros and ones.
        model: ``multinomial`` asks how likely a class's terms are, ``complement`` how unlikely
            those of all other classes are, which suits classes of unequal size.
        alpha: what is added to each count.

    Source: Rennie et al. 2003, "Tackling the poor assumptions of naive Bayes text
    classifiers", for ``complement``.
    """

    def one(column: np.ndarray) -> Linear:
        return _fit(counts, column, model=model, alpha=alpha)

    return one(targets) if targets.ndim == 1 else fit_each(targets, one, features=counts.shape[1])


def _fit(counts: csr_matrix, targets: np.ndarray, *, model: Bayes, alpha: float) -> Linear:
    import numpy as np
    from sklearn.naive_bayes import ComplementNB, MultinomialNB

    fitted = (MultinomialNB if model == "multinomial" else ComplementNB)(alpha=alpha)
    fitted.fit(counts, targets)
    coef = np.asarray(fitted.feature_log_prob_)
    # Complement naive Bayes has no prior: it would favour the large classes again.
    prior = np.asarray(fitted.class_log_prior_) if model == "multinomial" else np.zeros(len(coef))
    if len(coef) == 2:
        coef, prior = np.diff(coef, axis=0), np.diff(prior)
    return Linear(coef.astype(np.float32), prior.astype(np.float32))
