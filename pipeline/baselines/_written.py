"""What baselines that answer with a text have in common.

Shapes: N rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.contracts import Predictions, Work

if TYPE_CHECKING:
    import numpy as np


def answers(texts: Sequence[str]) -> Predictions:
    """(N,) texts as answers."""
    from pipeline.ragged import objects

    return Predictions(answers=objects(texts))


def quality(work: Work, references: np.ndarray, texts: Sequence[str]) -> float:
    """The run's metric of a candidate's answers to the validation rows; greater is better."""
    from pipeline.evaluation.scoring import higher_is_better, score

    value = score(work.metric, references, answers(texts), work.labels)
    return value if higher_is_better(work.metric) else -value
