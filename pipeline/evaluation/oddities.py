"""What a reader should know of test rows and answers before trusting a score.

Shapes: N rows, C classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.evaluation.power import least_telling_rows

_SHOWN = 5


def too_few(rows: int, *, confidence: float) -> list[str]:
    """A test set that can decide nothing, known before anything is trained.

    Args:
        rows: N, the test rows.
        confidence: of the interval that decides.
    """
    least = least_telling_rows(confidence)
    if rows >= least:
        return []
    return [
        f"test: {rows} rows can decide nothing, whatever is answered: give {least} at least, and"
        " hundreds to find small differences"
    ]


def missing_classes(references: np.ndarray, labels: Sequence[str]) -> list[str]:
    """Classes that no test row has: no score says anything of them.

    Args:
        references: (N,) gold class ids, or (N, C) zeros and ones; all else has no classes.
        labels: (C,) class names in id order; empty where a task has none.
    """
    if not labels or references.dtype.kind not in "iu":
        return []
    present = np.unique(references) if references.ndim == 1 else np.flatnonzero(references.any(0))
    missing = [label for number, label in enumerate(labels) if number not in set(present.tolist())]
    if not missing:
        return []
    shown = ", ".join(f"'{label}'" for label in missing[:_SHOWN])
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    verb = "is" if len(missing) == 1 else "are"
    return [
        f"test: {len(missing)} of {len(labels)} classes {verb} not among the test rows, and no"
        f" score says anything of them: {shown}{more}"
    ]


def constant_answers(answers: Mapping[str, np.ndarray], references: np.ndarray) -> list[str]:
    """Contenders that answer the same to every row, though the rows are not all alike.

    Args:
        answers: contender's name -> (N,) answers, or (N, C) of label sets.
        references: gold answers; of sums over tokens, which no contender repeats, none is told.
    """
    if references.dtype.kind == "f" and references.ndim > 1:
        return []
    if _alike(references):
        return []
    return [
        f"{name} answers the same to all {len(found):,} test rows: it has learnt nothing of them"
        for name, found in answers.items()
        if _alike(found)
    ]


def _alike(values: np.ndarray) -> bool:
    if values.dtype == object:
        return all(value == values[0] for value in values)
    return bool((values == values[0]).all())
