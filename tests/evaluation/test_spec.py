"""The evaluation block of a recipe."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipeline.evaluation.scoring import available_metrics
from pipeline.evaluation.spec import EvaluationSpec


def test_defaults_leave_the_metric_to_the_task() -> None:
    spec = EvaluationSpec()
    assert (spec.metric, spec.resamples, spec.confidence) == (None, 10_000, 0.95)


def test_a_metric_may_be_spelled_with_a_hyphen() -> None:
    assert EvaluationSpec(metric="macro-f1").metric == "macro_f1"


@pytest.mark.parametrize("metric", available_metrics())
def test_every_metric_can_be_named(metric: str) -> None:
    assert EvaluationSpec(metric=metric).metric == metric
    assert EvaluationSpec(metric=metric.replace("_", "-")).metric == metric


@pytest.mark.parametrize(
    "block",
    [{"resamples": 10}, {"confidence": 95}, {"confidence": 1.0}, {"metrics": "mcc"}],
)
def test_what_makes_no_sense_is_refused(block: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        EvaluationSpec.model_validate(block)


def test_a_spec_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        EvaluationSpec().resamples = 1  # type: ignore[misc]
