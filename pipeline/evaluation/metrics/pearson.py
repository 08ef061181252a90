"""How far answers follow the gold numbers on a straight line: 1 perfect, 0 not at all."""

import numpy as np

from pipeline.evaluation.forms import NUMBERS
from pipeline.evaluation.metrics import _correlation, _module

title = "Pearson correlation"
higher_is_better = True
proportion = False
ceiling = 1.0
forms = (NUMBERS,)


class Pearson(_module.OverRows):
    """Pearson's correlation of answers and gold.

    Zero where either is the same in all rows: such answers follow nothing.
    """


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: the moments of both.

    Args:
        references: (N,) gold numbers.
        answers: (N,) numbers.
        classes: not needed here.

    Returns:
        (N, 6) float64.
    """
    del classes
    return _correlation.moments(references, answers)


finish = _correlation.correlation
