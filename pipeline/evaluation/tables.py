"""What stands beside the scores: counts by class, label or type of entity.

Shapes: N rows, C classes or labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from pipeline.contracts import Json
from pipeline.evaluation.forms import CLASS_IDS, LABEL_SETS


def per_class_report(
    references: np.ndarray, answers: np.ndarray, labels: Sequence[str]
) -> list[Json]:
    """Precision, recall, F1 and number of gold rows (support) of each class, in label order.

    Args:
        references: (N,) gold class ids, or (N, C) 1 where the row has the label, else 0.
        answers: the same of a contender.
        labels: (C,) names in id order.

    Returns:
        A row a label: ``label``, ``precision``, ``recall``, ``f1``, ``support``. A ratio over
        no rows is 0, as in scikit-learn; the support tells that case apart.
    """
    classes = len(labels)
    form = LABEL_SETS if references.ndim == LABEL_SETS.ndim else CLASS_IDS
    references, answers = form.checked(references, answers, classes)
    if form is CLASS_IDS:
        cells = _cells(references, answers, classes)
        counts = cells.diagonal(), cells.sum(axis=0), cells.sum(axis=1)
    else:
        counts = (references & answers).sum(axis=0), answers.sum(axis=0), references.sum(axis=0)
    return [
        _row(label, *row) for label, *row in zip(labels, *(c.tolist() for c in counts), strict=True)
    ]


def confusion(
    references: np.ndarray, answers: np.ndarray, labels: Sequence[str]
) -> list[list[int]]:
    """Counts of rows: a list a gold class, in it a number an answered class, in label order.

    Args:
        references: (N,) gold class ids.
        answers: (N,) class ids.
        labels: (C,) class names in id order.
    """
    references, answers = CLASS_IDS.checked(references, answers, len(labels))
    found: list[list[int]] = _cells(references, answers, len(labels)).tolist()
    return found


def per_entity_report(references: np.ndarray, answers: np.ndarray) -> list[Json]:
    """Precision, recall, F1 and number of gold entities (support) of each type, by name.

    Args:
        references: (N,) tuples of IOB2 tags.
        answers: (N,) tuples of tags.

    Returns:
        A row a type, as ``per_class_report`` gives a row a label.

    Raises:
        DataError: a tag is not IOB2.
    """
    from pipeline.evaluation.metrics._entities import counts_by_type
    from pipeline.evaluation.text_forms import TAGS

    references, answers = TAGS.checked(references, answers, 0)
    right, answered, gold = Counter[str](), Counter[str](), Counter[str]()
    for row in counts_by_type(references, answers):
        for total, count in zip((right, answered, gold), row, strict=True):
            total.update(count)
    return [_row(kind, right[kind], answered[kind], gold[kind]) for kind in sorted(answered | gold)]


def _cells(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """(C, C) rows of each gold class that are answered as each class."""
    cells = np.bincount(references * classes + answers, minlength=classes**2)
    return cells.reshape(classes, classes)


def _row(label: str, right: int, answered: int, gold: int) -> Json:
    return {
        "label": label,
        "precision": right / answered if answered else 0.0,
        "recall": right / gold if gold else 0.0,
        "f1": 2 * right / (answered + gold) if answered + gold else 0.0,
        "support": gold,
    }
