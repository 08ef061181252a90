"""Choosing on the validation rows, the same way for every baseline.

What is asked is told by the gold answers: class ids, or sets of labels.

Shapes: N rows, C classes or labels.
"""

from __future__ import annotations

from collections.abc import Callable
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
        scale: what its logits are multiplied with before the softmax, or the sigmoid.
        thresholds: (C,) probabilities from which labels are answered; None with class ids.
    """

    metric: float
    likelihood: float
    scale: float = field(compare=False)
    thresholds: np.ndarray | None = field(default=None, compare=False)


def judge(work: Work, references: np.ndarray, logits: np.ndarray) -> Quality:
    """Calibrate a candidate on the validation rows and score it there.

    Args:
        work: whose metric counts.
        references: (N,) gold class ids of the validation rows, or (N, C) zeros and ones.
        logits: (N, C) what the candidate says of them.
    """
    from pipeline.evaluation import thresholds
    from pipeline.evaluation.scoring import higher_is_better, score

    chosen = None
    if references.ndim == 2:
        scale, likelihood = calibrate_labels(logits, references)
        chosen = thresholds.choose(sigmoid(logits * scale), references, metric=work.metric)
    else:
        scale, likelihood = calibrate(logits, references)
    value = score(work.metric, references, predictions(logits * scale, chosen), work.labels)
    return Quality(value if higher_is_better(work.metric) else -value, likelihood, scale, chosen)


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
    return _likeliest(lambda scale: (targets * log_softmax(logits * scale)).sum(axis=1).mean())


def calibrate_labels(logits: np.ndarray, references: np.ndarray) -> tuple[float, float]:
    """The same for label after label, one scale for all.

    Args:
        logits: (N, C).
        references: (N, C) zeros and ones.
    """
    import numpy as np

    smallest = 1 / (len(references) + 2)
    targets = np.clip(references, smallest, 1 - smallest)

    def likelihood(scale: float) -> float:
        yes, no = -np.logaddexp(0, -logits * scale), -np.logaddexp(0, logits * scale)
        return float((targets * yes + (1 - targets) * no).mean())

    return _likeliest(likelihood)


def _likeliest(likelihood: Callable[[float], float]) -> tuple[float, float]:
    """Of half powers of two the best one, and what it gives."""
    import numpy as np

    scales = [float(scale) for scale in np.exp2(np.arange(-10.0, 6.5, 0.5))]
    found = [float(likelihood(scale)) for scale in scales]
    best = int(np.argmax(found))
    return scales[best], found[best]


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """(N, C) logarithms of class probabilities."""
    import numpy as np

    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Probabilities of labels; as a hyperbolic tangent it cannot overflow."""
    import numpy as np

    return 0.5 * (1 + np.tanh(0.5 * logits))


def predictions(logits: np.ndarray, thresholds: np.ndarray | None = None) -> Predictions:
    """The likeliest class of each row, and the softmax over all.

    Args:
        thresholds: (C,) given where a row has any number of labels: then all that reach theirs.
    """
    import numpy as np

    if thresholds is not None:
        from pipeline.evaluation.thresholds import decide

        probabilities = sigmoid(logits)
        return Predictions(decide(probabilities, thresholds), probabilities.astype(np.float32))
    scores = np.exp(log_softmax(logits)).astype(np.float32)
    return Predictions(answers=scores.argmax(axis=1).astype(np.int64), scores=scores)
