"""F1 over all labels of all rows together."""

import numpy as np

from pipeline.evaluation.forms import LABEL_SETS
from pipeline.evaluation.metrics import _counts, _module

title = "micro-F1"
higher_is_better = True
proportion = False
ceiling = 1.0
forms = (LABEL_SETS,)


class MicroF1(_module.OverRows):
    """F1 over all labels of all rows together: frequent labels weigh more."""


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: labels right, answered, gold.

    Args:
        references: (N, C) 1 where the row has the label, else 0.
        answers: (N, C) the same.
        classes: not needed here.

    Returns:
        (N, 3) float64.
    """
    del classes
    return np.stack(
        [(references & answers).sum(axis=1), answers.sum(axis=1), references.sum(axis=1)], axis=1
    ).astype(np.float64)


finish = _counts.f1
