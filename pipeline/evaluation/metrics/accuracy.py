"""Share of rows that are answered right."""

import evaluate
import numpy as np
from sklearn.metrics import accuracy_score

from pipeline.evaluation.forms import CLASS_IDS
from pipeline.evaluation.metrics._module import info, mean, mean_of

title = "accuracy"
higher_is_better = True
proportion = True
ceiling = 1.0
forms = (CLASS_IDS,)


class Accuracy(evaluate.Metric):
    """Share of rows that are answered right."""

    def _info(self) -> evaluate.MetricInfo:
        return info(__doc__, forms)

    def _compute(self, predictions: list[int], references: list[int]) -> dict[str, float]:
        return {"accuracy": float(accuracy_score(references, predictions))}


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: right or not, and one row.

    Args:
        references: (N,) gold class ids.
        answers: (N,) class ids.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del classes
    return mean_of(references == answers)


finish = mean
