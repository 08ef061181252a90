"""Mean of the errors without their sign, in the labels' unit."""

import evaluate
import numpy as np

from pipeline.evaluation.forms import NUMBERS
from pipeline.evaluation.metrics._module import info, mean, mean_of, over_rows

title = "mean absolute error"
higher_is_better = False
proportion = False
ceiling = None
forms = (NUMBERS,)


class Mae(evaluate.Metric):
    """Mean absolute error."""

    def _info(self) -> evaluate.MetricInfo:
        return info(__doc__, forms)

    def _compute(self, predictions: list[float], references: list[float]) -> dict[str, float]:
        return {"mae": over_rows(statistics, finish, NUMBERS, references, predictions)}


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
