"""Share of rows that are answered right."""

import datasets
import evaluate
import numpy as np
from sklearn.metrics import accuracy_score

title = "accuracy"
higher_is_better = True
proportion = True


class Accuracy(evaluate.Metric):
    """Share of rows that are answered right."""

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description="Share of rows that are answered right.",
            citation="",
            inputs_description="predictions, references: (N,) class ids",
            features=datasets.Features(
                {"predictions": datasets.Value("int64"), "references": datasets.Value("int64")}
            ),
        )

    def _compute(self, predictions: list[int], references: list[int]) -> dict[str, float]:
        return {"accuracy": float(accuracy_score(references, predictions))}


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: right or not, and one row.

    Args:
        references: (N,) gold class ids.
        answers: (N,) class ids.
        classes: C; not needed here.

    Returns:
        (N, 2) float64.
    """
    right = references == answers
    return np.stack([right, np.ones_like(right)], axis=1).astype(np.float64)


def finish(totals: np.ndarray) -> np.ndarray:
    """Sums over rows (..., 2) to the metric's value (...)."""
    return totals[..., 0] / totals[..., 1]
