"""Mean of the errors without their sign, in the labels' unit."""

import numpy as np

from pipeline.evaluation.forms import NUMBERS
from pipeline.evaluation.metrics import _module
from pipeline.evaluation.metrics._module import mean, mean_of

title = "mean absolute error"
higher_is_better = False
proportion = False
ceiling = None
forms = (NUMBERS,)


class Mae(_module.OverRows):
    """Mean absolute error."""


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: the error without its sign, and one row.

    Args:
        references: (N,) gold numbers.
        answers: (N,) numbers.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del classes
    return mean_of(np.abs(answers - references))


finish = mean
