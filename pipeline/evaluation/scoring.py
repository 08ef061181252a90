"""Scores of one contender, by the metrics of ``evaluation/metrics``.

A metric is one file, found by its name. It holds an ``evaluate.Metric``, which gives the
score, the same metric as sums over rows, which gives intervals and tests, and the forms of
references and answers that it takes (``forms``, ``text_forms``).

Units: BLEU and chrF run from 0 to 100, as sacrebleu prints them; errors, bits and perplexity
are in their own units; all else, ROUGE included, runs from 0 (correlations: -1) to 1.

``import evaluate`` takes seconds, so a metric's file is imported when it is first used.

Shapes: N rows, C classes, K statistics of a metric.
"""

from __future__ import annotations

import importlib
import math
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from pipeline.components import class_name
from pipeline.contracts import Predictions
from pipeline.errors import DataError, RecipeError, TrainingError, suggestion

if TYPE_CHECKING:
    import numpy as np

    from pipeline.evaluation.forms import Form
    from pipeline.evaluation.spec import EvaluationSpec

_FOLDER = Path(__file__).parent / "metrics"


class Metric(Protocol):
    """What a file in ``evaluation/metrics`` offers beside its ``evaluate.Metric``.

    Attributes:
        title: as a sentence calls it.
        higher_is_better: whether more of it is better.
        proportion: the metric is a share of rows, and statistic 0 says whether a row counts.
        ceiling: the largest value, None where there is none.
        forms: of references and answers; the axes of the references pick among several.
    """

    title: str
    higher_is_better: bool
    proportion: bool
    ceiling: float | None
    forms: tuple[Form, ...]

    def statistics(self, references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
        """(N, K) float64: what each row adds to the sums."""

    def finish(self, totals: np.ndarray) -> np.ndarray:
        """Sums over rows (..., K) to the metric's value (...)."""


@cache
def available_metrics() -> tuple[str, ...]:
    """Names of metrics, sorted; nothing is imported."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.py") if file.stem[0] != "_"))


def load(metric: str) -> Metric:
    """The file behind a metric's name.

    Raises:
        RecipeError: no such file; the nearest name is suggested.
    """
    if metric not in available_metrics():
        raise RecipeError(
            f"there is no metric '{metric}'", hint=suggestion(metric, available_metrics())
        )
    return cast("Metric", importlib.import_module(f"pipeline.evaluation.metrics.{metric}"))


def higher_is_better(metric: str) -> bool:
    """Whether more of this metric is better."""
    return load(metric).higher_is_better


def score(
    metric: str, references: np.ndarray, predictions: Predictions, labels: Sequence[str]
) -> float:
    """The metric's value, as its ``evaluate.Metric`` computes it.

    Args:
        metric: a name among ``available_metrics()``.
        references: N rows in one of the metric's forms.
        predictions: what the contender answers to the same rows.
        labels: (C,) class names in id order; empty where a task has none.

    Raises:
        DataError: there is no row, or the references cannot be scored.
        TrainingError: a probability, an answer, or the score itself, is not a number.
        ValueError: references and answers do not fit together or are of another form.
    """
    from pipeline.evaluation import forms

    if predictions.scores is not None and len(predictions.scores):
        # The largest of numbers that are none is class 0: a score that looks like one.
        forms.refuse_undefined(predictions.scores, "probabilities")
    module = load(metric)
    references, answers = _checked(metric, references, predictions.answers, labels)
    with tempfile.TemporaryDirectory() as folder:
        # Without a folder of its own it would leave one in the person's home.
        computer = getattr(module, class_name(metric))(keep_in_memory=True, cache_dir=folder)
        found = computer.compute(predictions=answers.tolist(), references=references.tolist())
    value = float(found[metric])
    if not math.isfinite(value):
        raise TrainingError(f"{metric} over {len(references)} rows is not a number ({value})")
    return value


def statistics(
    metric: str, references: np.ndarray, answers: np.ndarray, labels: Sequence[str]
) -> np.ndarray:
    """(N, K) float64: what each row adds to the sums from which the metric is computed."""
    references, answers = _checked(metric, references, answers, labels)
    return load(metric).statistics(references, answers, len(labels))


def statistics_of_seeds(
    metric: str, references: np.ndarray, answers: Sequence[np.ndarray], labels: Sequence[str]
) -> np.ndarray:
    """(S, N, K) float64: ``statistics`` of the answers of each of S seeds."""
    import numpy as np

    return np.stack([statistics(metric, references, each, labels) for each in answers])


def interval(
    metric: str,
    references: np.ndarray,
    answers: Sequence[np.ndarray],
    labels: Sequence[str],
    *,
    spec: EvaluationSpec,
    seed: int,
    groups: np.ndarray | None = None,
) -> tuple[float, float]:
    """Confidence interval of one contender's score.

    Wilson's for a share of rows, which does not shrink to a point where all rows are right
    or all are wrong; the percentile bootstrap over rows for all else. Rows that hang
    together are no independent throws: a share of them is bootstrapped over groups, but
    where all are right or all are wrong, which is Wilson's with a throw a group. Several seeds
    are bootstrapped too (``significance``).

    Args:
        metric: a name among ``available_metrics()``.
        references: N rows in one of the metric's forms.
        answers: what the contender answers to the same rows, an array a seed.
        labels: (C,) class names in id order; empty where a task has none.
        spec: resamples and confidence.
        seed: of the resamples.
        groups: (N,) ints; rows with the same number are resampled together.

    Returns:
        Low and high end, in the metric's units.
    """
    from pipeline.evaluation import resampling, significance

    module = load(metric)
    stats = statistics_of_seeds(metric, references, answers, labels)
    if module.proportion and len(stats) == 1:
        right, throws = int(stats[0, :, 0].sum()), len(references)
        if groups is None:
            return significance.wilson(right, throws, confidence=spec.confidence)
        if right in (0, throws):
            throws = resampling.number_of(groups)
            return significance.wilson(throws if right else 0, throws, confidence=spec.confidence)
    return significance.interval(
        stats,
        module.finish,
        resamples=spec.resamples,
        confidence=spec.confidence,
        seed=seed,
        groups=groups,
    )


def _checked(
    metric: str, references: np.ndarray, answers: np.ndarray, labels: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Both as the metric's form has them."""
    if len(references) == 0:
        raise DataError("there is no row to score", hint="give the split at least one row")
    taken = load(metric).forms
    form = next((form for form in taken if form.ndim == references.ndim), taken[0])
    return form.checked(references, answers, len(labels))
