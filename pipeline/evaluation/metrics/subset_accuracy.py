"""Share of rows of which every label is right."""

import numpy as np

from pipeline.evaluation.forms import LABEL_SETS
from pipeline.evaluation.metrics import _module
from pipeline.evaluation.metrics._module import mean, mean_of

title = "subset accuracy"
higher_is_better = True
proportion = True
ceiling = 1.0
forms = (LABEL_SETS,)


class SubsetAccuracy(_module.OverRows):
    """Share of rows whose set of labels is the gold set, no label more and none less."""


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: right or not, and one row.

    Args:
        references: (N, C) 1 where the row has the label, else 0.
        answers: (N, C) the same.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del classes
    return mean_of((references == answers).all(axis=1))


finish = mean
