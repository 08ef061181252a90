"""Choosing on the validation rows, the same way for every baseline.

What is asked is told by the gold answers: class ids, sets of labels, or numbers.

Shapes: N rows, C classes or labels; of numbers C is 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from pipeline.contracts import Json, Predictions, Work

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Decision:
    """From what a model puts out to what is answered.

    Attributes:
        scale: what logits are multiplied with before the softmax, or the sigmoid.
        thresholds: of each label, the probability from which it is answered; None where a row
            has one class, or a number.
        bounds: the lowest and the highest number that is answered; None with classes.
    """

    scale: float = 1.0
    thresholds: Sequence[float] | None = None
    bounds: tuple[float, float] | None = None

    def predictions(self, outputs: np.ndarray) -> Predictions:
        """The likeliest class of each row, the labels that reach their thresholds, or a number.

        Args:
            outputs: (N, C).
        """
        import numpy as np

        if self.bounds is not None:
            return Predictions(np.clip(outputs[:, 0].astype(np.float64), *self.bounds))
        logits = outputs * self.scale
        if self.thresholds is not None:
            from pipeline.evaluation.thresholds import decide

            probabilities = sigmoid(logits)
            answers = decide(probabilities, np.asarray(self.thresholds))
            return Predictions(answers, probabilities.astype(np.float32))
        scores = np.exp(log_softmax(logits)).astype(np.float32)
        return Predictions(scores.argmax(axis=1).astype(np.int64), scores)

    def facts(self) -> Json:
        """For JSON."""
        return asdict(self)

    @classmethod
    def read(cls, facts: Json) -> Decision:
        """Back from what ``facts`` gave."""
        bounds = facts["bounds"]
        return cls(facts["scale"], facts["thresholds"], bounds and (bounds[0], bounds[1]))


@dataclass(frozen=True, order=True)
class Quality:
    """How well a candidate does on the validation rows; the greater is the better.

    Attributes:
        metric: the run's metric, its sign turned where less is better.
        likelihood: what decides between equals, since on few rows many candidates share a
            metric: mean log-probability of the gold classes; of numbers the mean squared
            error, its sign turned.
        decision: how its outputs are read.
    """

    metric: float
    likelihood: float
    decision: Decision = field(compare=False)


def judge(work: Work, references: np.ndarray, outputs: np.ndarray) -> Quality:
    """Calibrate a candidate on the validation rows and score it there.

    Args:
        work: whose metric counts.
        references: (N,) gold class ids of the validation rows, (N, C) zeros and ones, or (N,)
            floats.
        outputs: (N, C) what the candidate says of them: logits, or numbers.
    """
    from pipeline.evaluation import thresholds
    from pipeline.evaluation.scoring import higher_is_better, score

    if references.dtype.kind == "f":
        numbers = work.task.references(work.train, work.labels)
        decision = Decision(bounds=(float(numbers.min()), float(numbers.max())))
        errors = references - decision.predictions(outputs).answers
        likelihood = -float((errors**2).mean())
    elif references.ndim == 2:
        scale, likelihood = calibrate_labels(outputs, references)
        chosen = thresholds.choose(sigmoid(outputs * scale), references, metric=work.metric)
        decision = Decision(scale, chosen.tolist())
    else:
        scale, likelihood = calibrate(outputs, references)
        decision = Decision(scale)
    value = score(work.metric, references, decision.predictions(outputs), work.labels)
    return Quality(value if higher_is_better(work.metric) else -value, likelihood, decision)


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
