"""Mean of the classes' F1, every class weighing the same."""

import datasets
import evaluate
import numpy as np
from sklearn.metrics import f1_score

title = "macro-F1"
higher_is_better = True
proportion = False


class MacroF1(evaluate.Metric):
    """Mean of the classes' F1, every class weighing the same.

    The classes are those that occur among the gold answers or the predictions, as in
    scikit-learn: a class that is in neither has no F1, and zero would blame the model for
    a class that was never asked for.
    """

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description="Mean of the classes' F1, every class weighing the same.",
            citation="",
            inputs_description="predictions, references: (N,) class ids",
            features=datasets.Features(
                {"predictions": datasets.Value("int64"), "references": datasets.Value("int64")}
            ),
        )

    def _compute(self, predictions: list[int], references: list[int]) -> dict[str, float]:
        value = f1_score(references, predictions, average="macro", zero_division=0)
        return {"macro_f1": float(value)}


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to each class's counts: true positive, predicted, gold.

    Args:
        references: (N,) gold class ids.
        answers: (N,) class ids.
        classes: C.

    Returns:
        (N, 3C) float64.
    """
    rows = np.arange(len(references))
    counts = np.zeros((len(references), 3, classes))
    counts[rows, 0, references] = references == answers
    counts[rows, 1, answers] = 1
    counts[rows, 2, references] = 1
    return counts.reshape(len(references), 3 * classes)


def finish(totals: np.ndarray) -> np.ndarray:
    """Sums over rows (..., 3C) to the metric's value (...)."""
    hits, predicted, gold = np.split(totals, 3, axis=-1)
    either = predicted + gold
    occurs = either > 0
    f1 = 2 * hits / np.where(occurs, either, 1)
    return f1.sum(axis=-1) / occurs.sum(axis=-1)
