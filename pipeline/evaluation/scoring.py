"""Scores of one contender: the metrics of ``evaluation/metrics`` and the tables beside them.

A metric is one file, found by its name. It holds an ``evaluate.Metric``, which gives the
score, and the same metric as sums over rows, which gives intervals and tests.

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
from pipeline.contracts import Json, Predictions
from pipeline.errors import DataError, RecipeError, TrainingError, suggestion

if TYPE_CHECKING:
    import numpy as np

    from pipeline.evaluation.spec import EvaluationSpec

_FOLDER = Path(__file__).parent / "metrics"


class Metric(Protocol):
    """What a file in ``evaluation/metrics`` offers beside its ``evaluate.Metric``.

    Attributes:
        title: as a sentence calls it.
        higher_is_better: whether more of it is better.
        proportion: the metric is a share of rows, and statistic 0 says whether a row counts.
    """

    title: str
    higher_is_better: bool
    proportion: bool

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
        references: (N,) gold class ids.
        predictions: what the contender answers to the same rows.
        labels: (C,) class names in id order.

    Raises:
        DataError: there is no row.
        TrainingError: a probability, or the score itself, is not a number.
        ValueError: references and answers do not fit together or are not class ids.
    """
    _refuse_undefined(predictions)
    references, answers = _class_ids(references, predictions.answers, labels)
    module = load(metric)
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
    references, answers = _class_ids(references, answers, labels)
    return load(metric).statistics(references, answers, len(labels))


def interval(
    metric: str,
    references: np.ndarray,
    answers: np.ndarray,
    labels: Sequence[str],
    *,
    spec: EvaluationSpec,
    seed: int,
) -> tuple[float, float]:
    """Confidence interval of one contender's score.

    Wilson's for a share of rows, which does not shrink to a point where all rows are right
    or all are wrong; the percentile bootstrap over rows for all else.

    Returns:
        Low and high end, in the metric's units.
    """
    from pipeline.evaluation import significance

    module = load(metric)
    stats = statistics(metric, references, answers, labels)
    if module.proportion:
        return significance.wilson(int(stats[:, 0].sum()), len(stats), confidence=spec.confidence)
    return significance.interval(
        stats, module.finish, resamples=spec.resamples, confidence=spec.confidence, seed=seed
    )


def per_class_report(
    references: np.ndarray, answers: np.ndarray, labels: Sequence[str]
) -> list[Json]:
    """Precision, recall, F1 and number of gold rows (support) of each class, in label order.

    A ratio over no rows is 0, as in scikit-learn; the support tells that case apart.
    """
    from sklearn.metrics import precision_recall_fscore_support

    references, answers = _class_ids(references, answers, labels)
    columns = precision_recall_fscore_support(
        references, answers, labels=range(len(labels)), zero_division=0
    )
    return [
        {
            "label": label,
            "precision": float(precision),
            "recall": float(recall),
            "f1": float(f1),
            "support": int(support),
        }
        for label, precision, recall, f1, support in zip(labels, *columns, strict=True)
    ]


def confusion(
    references: np.ndarray, answers: np.ndarray, labels: Sequence[str]
) -> list[list[int]]:
    """Counts of rows: a list a gold class, in it a number an answered class, in label order."""
    import numpy as np

    references, answers = _class_ids(references, answers, labels)
    classes = len(labels)
    cells = np.bincount(references * classes + answers, minlength=classes**2)
    return cells.reshape(classes, classes).tolist()


def _refuse_undefined(predictions: Predictions) -> None:
    """The largest of numbers that are none is class 0: a score that looks like one."""
    import numpy as np

    if predictions.scores is None:
        return
    undefined = np.flatnonzero(~np.isfinite(predictions.scores).all(axis=-1))
    if len(undefined):
        raise TrainingError(
            f"the probabilities of {len(undefined)} of {len(predictions.scores)} rows are not "
            f"numbers, first in row {undefined[0]} (counted from 0)",
            hint="the model diverged: lower the learning rate, or train in fp32",
        )


def _class_ids(
    references: np.ndarray, answers: np.ndarray, labels: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Both as int64, so that counting with them cannot overflow a small type."""
    import numpy as np

    if len(references) == 0:
        raise DataError("there is no row to score", hint="give the split at least one row")
    if references.shape != answers.shape or references.ndim != 1:
        raise ValueError(f"references {references.shape} and answers {answers.shape} do not fit")
    for name, ids in (("references", references), ("answers", answers)):
        if ids.dtype.kind not in "iu":
            raise ValueError(f"{name} are {ids.dtype}, not class ids")
        if ids.min() < 0 or ids.max() >= len(labels):
            raise ValueError(f"{name} hold an id outside of the {len(labels)} labels")
    return references.astype(np.int64), answers.astype(np.int64)
