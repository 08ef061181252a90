"""Mean of the classes' F1, every class weighing the same."""

import evaluate
import numpy as np
from sklearn.metrics import f1_score

from pipeline.evaluation.forms import CLASS_IDS, LABEL_SETS
from pipeline.evaluation.metrics._module import info, ratio

title = "macro-F1"
higher_is_better = True
proportion = False
ceiling = 1.0
forms = (CLASS_IDS, LABEL_SETS)


class MacroF1(evaluate.Metric):
    """Mean of the classes' F1, every class weighing the same.

    The classes are those that occur among the gold answers or the predictions, as in
    scikit-learn: a class that is in neither has no F1, and zero would blame the model for
    a class that was never asked for. The same holds for labels where a row has any number.
    """

    def _info(self) -> evaluate.MetricInfo:
        return info(__doc__, forms)

    def _compute(
        self, predictions: list[int] | list[list[int]], references: list[int] | list[list[int]]
    ) -> dict[str, float]:
        form = LABEL_SETS if isinstance(references[0], list) else CLASS_IDS
        gold, answers = form.arrays(references, predictions)
        occurring = None if gold.ndim == 1 else np.flatnonzero((gold | answers).any(axis=0))
        if occurring is not None and len(occurring) == 0:
            return {"macro_f1": 0.0}
        value = f1_score(gold, answers, average="macro", labels=occurring, zero_division=0)
        return {"macro_f1": float(value)}


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to each class's counts: right, answered, gold.

    Args:
        references: (N,) gold class ids, or (N, C) 1 where the row has the label, else 0.
        answers: the same of the contender.
        classes: C.

    Returns:
        (N, 3C) float64.
    """
    gold, answered = _as_sets(references, classes), _as_sets(answers, classes)
    return np.hstack([gold * answered, answered, gold])


def finish(totals: np.ndarray) -> np.ndarray:
    """Sums over rows (..., 3C) to the metric's value (...)."""
    right, answered, gold = np.split(totals, 3, axis=-1)
    either = answered + gold
    return ratio(ratio(2 * right, either).sum(axis=-1), (either > 0).sum(axis=-1))


def _as_sets(values: np.ndarray, classes: int) -> np.ndarray:
    """(N, C) float64: 1 where the row has the class."""
    if values.ndim == 2:
        return values.astype(np.float64)
    sets = np.zeros((len(values), classes))
    sets[np.arange(len(values)), values] = 1
    return sets
