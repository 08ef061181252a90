"""A head that starts as a linear probe on the frozen base's features.

Fine-tuning from a random head first distorts good features to fit a bad head;
starting from a fitted one keeps them (Kumar et al. 2022, arXiv:2202.10054,
"linear probing, then fine-tuning"). The head stays the linear layer that
transformers loads.

Letters: N rows, H features, C classes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from pipeline.contracts import Work
from pipeline.errors import TrainingError
from pipeline.evaluation import scoring
from pipeline.examples import Examples
from pipeline.training.inference import Answering
from pipeline.training.linear_heads import PENALTIES, candidates
from pipeline.training.validating import scorer

_ROWS = 20_000
"""More training rows would not move a linear probe by much, but would take minutes."""


@dataclass(frozen=True)
class Probe:
    """A fitted linear head.

    Attributes:
        weight: (C, H) float32.
        bias: (C,) float32.
        penalty: the C that was best on validation.
    """

    weight: np.ndarray
    bias: np.ndarray
    penalty: float


@dataclass
class Seen:
    """Features of the frozen base that several probes share, each computed once.

    For training sets of one order, of which each is the beginning of the next: what a larger
    one adds is computed then.

    Attributes:
        train: (N, H) of the rows so far.
        validation: (N, H); the same rows for all.
    """

    train: np.ndarray | None = None
    validation: np.ndarray | None = None

    def of_train(
        self, examples: Examples, computed: Callable[[Examples], np.ndarray]
    ) -> np.ndarray:
        """Features of the first rows; those that are new are computed."""
        known = 0 if self.train is None else len(self.train)
        if known < len(examples):
            new = computed(examples.take(np.arange(known, len(examples))))
            self.train = new if self.train is None else np.concatenate([self.train, new])
        assert self.train is not None  # noqa: S101
        return self.train[: len(examples)]

    def of_validation(
        self, examples: Examples, computed: Callable[[Examples], np.ndarray]
    ) -> np.ndarray:
        """Features of the validation rows, computed when they are first asked for."""
        if self.validation is None:
            self.validation = computed(examples)
        return self.validation


def start_head(
    answering: Answering,
    head: torch.nn.Linear,
    *,
    work: Work,
    train: Examples,
    validation: Examples,
    seen: Seen | None = None,
) -> float:
    """Fit a linear probe on the frozen base's features and make it the head.

    Args:
        train: an example a row, with a value each; likewise ``validation``.
        seen: features that are known from smaller training sets of the same order.

    Returns:
        The penalty that was best on validation.

    Raises:
        TrainingError: the base gives features that are not numbers.
    """
    chosen = np.random.default_rng(work.seed).permutation(len(train))[:_ROWS]
    chosen.sort()
    part = train.take(chosen)
    seen = seen if seen is not None and len(part) == len(train) else Seen()
    with work.report.progress("features of the frozen base", len(part) + len(validation)) as done:

        def computed(examples: Examples) -> np.ndarray:
            found = features(answering, head, examples, advance=done)
            if not np.isfinite(found).all():
                raise TrainingError(
                    "the base model itself gives no numbers",
                    hint="its weights may be damaged; or set train.precision: fp32",
                )
            return found

        known = seen.of_train(part, computed), seen.of_validation(validation, computed)
    measured = scorer(work, validation, answering.codec)
    sign = 1 if scoring.higher_is_better(work.metric) else -1

    def score(answers: np.ndarray) -> float:
        return sign * measured(list(answers))

    assert part.values is not None  # noqa: S101
    with work.report.progress("linear probe", len(PENALTIES)) as advance:
        fitted = fit(
            known[0], part.values, known[1], score, bias=head.bias is not None, advance=advance
        )
    install(head, fitted)
    return fitted.penalty


def features(
    answering: Answering,
    output: torch.nn.Linear,
    examples: Examples,
    *,
    advance: Callable[[int], None] = lambda done: None,
) -> np.ndarray:
    """What the head's last linear layer sees, example for example: (E, H) float32.

    The layer is replaced by one that hands its input through, for the time of the pass.
    """
    model = answering.model
    name = next(name for name, module in model.named_modules() if module is output)
    model.set_submodule(name, torch.nn.Identity())
    try:
        return np.stack(answering.pieces(examples, advance))
    finally:
        model.set_submodule(name, output)


def fit(
    train: np.ndarray,
    targets: np.ndarray,
    validation: np.ndarray,
    score: Callable[[np.ndarray], float],
    *,
    bias: bool,
    advance: Callable[[int], None] = lambda done: None,
) -> Probe:
    """A linear model on standardised features, folded into one layer.

    Args:
        train: (N, H) features.
        targets: (N,) class ids, (N, C) zeros and ones, or (N,) floats.
        validation: features on which the penalty is chosen.
        score: validation logits -> metric, larger is better.
        bias: whether the head has one.
    """
    mean = train.mean(axis=0) if bias else np.zeros(train.shape[1], train.dtype)
    scale = np.maximum(train.std(axis=0), 1e-6)
    standardised = (train - mean) / scale
    best: tuple[float, Probe] | None = None
    layers = candidates(standardised, targets, bias=bias)
    for penalty, (coefficients, biases) in zip(PENALTIES, layers, strict=True):
        weight = coefficients / scale
        intercept = biases - weight @ mean
        value = score(validation @ weight.T + intercept)
        if best is None or value > best[0]:
            best = value, Probe(weight.astype(np.float32), intercept.astype(np.float32), penalty)
        advance(1)
    assert best is not None  # noqa: S101
    return best[1]


def install(head: torch.nn.Linear, probe: Probe) -> None:
    """Copy a fitted probe into the head.

    Raises:
        ValueError: the shapes differ.
    """
    if head.weight.shape != probe.weight.shape:
        raise ValueError(f"probe {probe.weight.shape} does not fit head {tuple(head.weight.shape)}")
    with torch.no_grad():
        head.weight.copy_(torch.from_numpy(probe.weight))
        if head.bias is not None:
            head.bias.copy_(torch.from_numpy(probe.bias))
