"""Mean of the squared errors, in the square of the labels' unit."""

import numpy as np

from pipeline.evaluation.forms import NUMBERS
from pipeline.evaluation.metrics import _module
from pipeline.evaluation.metrics._module import mean, mean_of

title = "mean squared error"
higher_is_better = False
proportion = False
ceiling = None
forms = (NUMBERS,)


class Mse(_module.OverRows):
    """Mean squared error."""


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: the squared error, and one row.

    Args:
        references: (N,) gold numbers.
        answers: (N,) numbers.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del classes
    return mean_of((answers - references) ** 2)


finish = mean
