"""What every metric's file does alike: describe itself to ``evaluate``, finish the sums."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, ClassVar

import datasets
import evaluate
import numpy as np

from pipeline.evaluation.forms import Form


def info(summary: str | None, forms: Sequence[Form], *, citation: str = "") -> evaluate.MetricInfo:
    """What ``evaluate`` asks of a metric.

    Args:
        summary: docstring of the metric's file.
        forms: what the metric takes, tried in this order.
        citation: where the metric was defined.
    """
    features = [
        datasets.Features({"predictions": form.answer, "references": form.reference})
        for form in forms
    ]
    return evaluate.MetricInfo(
        description=summary or "",
        citation=citation,
        inputs_description=f"predictions, references: {' or '.join(form.words for form in forms)}",
        features=features if len(features) > 1 else features[0],
    )


class OverRows(evaluate.Metric):
    """A metric of what its rows add up to: ``finish`` of the sums of ``statistics``.

    Both, and all that describes it, are those of the file that the class stands in; ``evaluate``
    may have copied that file to another place. For metrics whose statistics do not ask for the
    number of classes, and that take one form. Files name it ``_module.OverRows``: ``evaluate``
    takes the first metric among a file's names for the file's own.

    Attributes:
        source: where the metric was defined.
    """

    source: ClassVar[str] = ""

    def _info(self) -> evaluate.MetricInfo:
        file = self._file()
        return info(file.__doc__, file.forms, citation=self.source)

    def _compute(self, predictions: list[Any], references: list[Any]) -> dict[str, float]:
        file = self._file()
        gold, answers = file.forms[0].arrays(references, predictions)
        totals = file.statistics(gold, answers, 0).sum(axis=0)
        # Not ``self.name``, which is made of the class's name and writes rouge_1 as rouge1.
        return {file.__name__.rpartition(".")[2]: float(file.finish(totals))}

    def _file(self) -> Any:
        return sys.modules[type(self).__module__]


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """``above / below``, 0 where there is nothing to divide by; shapes (...)."""
    above = np.asarray(above, dtype=np.float64)
    return np.divide(above, below, out=np.zeros_like(above), where=np.asarray(below) > 0)


def mean(totals: np.ndarray) -> np.ndarray:
    """Sums (..., 2) of values and of rows to their mean (...); 0 where there is no row."""
    return ratio(totals[..., 0], totals[..., 1])


def mean_of(values: np.ndarray) -> np.ndarray:
    """What ``mean`` takes, (N, 2) float64: (N,) values, and one a row."""
    return np.stack([values, np.ones(len(values))], axis=1).astype(np.float64)


def exponential(nats: np.ndarray) -> np.ndarray:
    """E to the mean negative log-likelihood, at most e^300.

    A text without spaces is one word of thousands of nats: without a bound, differences of
    two perplexities would be no numbers. Nobody reads e^300 as anything but hopeless.
    """
    return np.exp(np.minimum(nats, 300.0))
