"""Choosing on the validation rows, the same way for every baseline.

Shapes: N rows, C classes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.contracts import Predictions, Work

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, order=True)
class Quality:
    """How well a candidate does on the validation rows; the greater is the better.

    Attributes:
        metric: the run's metric, its sign turned where less is better.
        likelihood: mean log-probability of the gold classes, which decides between equals: on
            few rows many candidates share a metric.
        scale: what its logits are multiplied with before the softmax.
    """

    metric: float
    likelihood: float
    scale: float = field(compare=False)


def judge(work: Work, references: np.ndarray, logits: np.ndarray) -> Quality:
    """Calibrate a candidate on the validation rows and score it there.

    Args:
        work: whose metric counts.
        references: (N,) gold class ids of the validation rows.
        logits: (N, C) what the candidate says of them.
    """
    from pipeline.evaluation.scoring import higher_is_better, score

    scale, likelihood = calibrate(logits, references)
    value = score(work.metric, references, predictions(logits * scale), work.labels)
    return Quality(value if higher_is_better(work.metric) else -value, likelihood, scale)


def calibrate(logits: np.ndarray, references: np.ndarray) -> tuple[float, float]:
    """The scale (inverse temperature) under which the gold classes are likeliest.

    The gold class's target is not 1 but (N + 1) / (N + 2), the rest shared by the others, so
    that few rows without a mistake do not make a classifier infinitely sure.

    Returns:
        The scale, and the mean log-probability under it.

    Source: Guo et al. 2017 (arXiv:1706.04599), section 4.2; the targets are those of Platt 1999,
    section 2.2, for more than two classes.
    """
    import numpy as np

    rows, classes = logits.shape
    rest = 1 / (rows + 2) / max(classes - 1, 1)
    targets = np.full(logits.shape, rest)
    targets[np.arange(rows), references] = (rows + 1) / (rows + 2)
    scales = np.exp2(np.arange(-10.0, 6.5, 0.5))
    likelihoods = [
        float((targets * log_softmax(logits * scale)).sum(axis=1).mean()) for scale in scales
    ]
    best = int(np.argmax(likelihoods))
    return float(scales[best]), likelihoods[best]


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """(N, C) logarithms of class probabilities."""
    import numpy as np

    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def predictions(logits: np.ndarray) -> Predictions:
    """The likeliest class of each row, and the softmax over all."""
    import numpy as np

    scores = np.exp(log_softmax(logits)).astype(np.float32)
    return Predictions(answers=scores.argmax(axis=1).astype(np.int64), scores=scores)
