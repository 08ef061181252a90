"""Correlation of answers and gold over all classes: 1 perfect, 0 as good as a constant answer."""

import evaluate
import numpy as np
from sklearn.metrics import matthews_corrcoef

from pipeline.evaluation.forms import CLASS_IDS
from pipeline.evaluation.metrics._module import info

title = "MCC"
higher_is_better = True
proportion = False
ceiling = 1.0
forms = (CLASS_IDS,)


class Mcc(evaluate.Metric):
    """Matthews correlation coefficient, for two classes or more.

    Zero where the answers or the gold answers are all the same, as in scikit-learn.
    """

    def _info(self) -> evaluate.MetricInfo:
        citation = "Gorodkin 2004, Computational Biology and Chemistry 28, 367-374"
        return info(__doc__, forms, citation=citation)

    def _compute(self, predictions: list[int], references: list[int]) -> dict[str, float]:
        # scikit-learn says 0 here too, but warns about the shape of its confusion matrix.
        if len({*predictions, *references}) == 1:
            return {"mcc": 0.0}
        return {"mcc": float(matthews_corrcoef(references, predictions))}


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds: right or not, and one for the class predicted and the class that is gold.

    Args:
        references: (N,) gold class ids.
        answers: (N,) class ids.
        classes: C.

    Returns:
        (N, 1 + 2C) float64.
    """
    rows = np.arange(len(references))
    counts = np.zeros((len(references), 1 + 2 * classes))
    counts[:, 0] = references == answers
    counts[rows, 1 + answers] = 1
    counts[rows, 1 + classes + references] = 1
    return counts


def finish(totals: np.ndarray) -> np.ndarray:
    """Sums over rows (..., 1 + 2C) to the metric's value (...).

    Source: Gorodkin 2004, section 2, written with the counts of a confusion matrix.
    """
    right = totals[..., 0]
    predicted, gold = np.split(totals[..., 1:], 2, axis=-1)
    rows = gold.sum(axis=-1)
    together = right * rows - (predicted * gold).sum(axis=-1)
    spread_predicted = rows**2 - (predicted**2).sum(axis=-1)
    spread_gold = rows**2 - (gold**2).sum(axis=-1)
    # Root by root: the product of both could pass what a float holds exactly.
    scale = np.sqrt(spread_predicted) * np.sqrt(spread_gold)
    return np.divide(together, scale, out=np.zeros_like(together), where=scale > 0)
