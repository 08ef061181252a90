"""The network without its pretraining: the run trains it, the baseline only asks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline import components
from pipeline.baselines.from_scratch import FromScratch
from pipeline.contracts import Fitted, Work
from pipeline.errors import ModelError, RecipeError
from tests.baselines.languages import task, work


def test_it_answers_every_task() -> None:
    assert set(components.available("tasks")) <= FromScratch.tasks
    assert "causal-lm" in FromScratch.tasks


def test_what_the_run_hands_in_is_trained(tiny_base: Path) -> None:
    asked = []
    trained: Fitted = object()  # type: ignore[assignment]

    def train(given: Work, *, learning_rates: Sequence[float], epochs: float | None) -> Fitted:
        asked.append((given, learning_rates, epochs))
        return trained

    here = work("causal-lm", from_scratch=train)

    assert FromScratch(epochs=2, learning_rates=(0.01, 0.02)).fit(here) is trained
    assert asked == [(here, (0.01, 0.02), 2)]


def test_outside_of_a_run_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="this is no run"):
        FromScratch().fit(work("causal-lm"))
    with pytest.raises(ModelError, match="measured, not loaded"):
        FromScratch.load(tmp_path, task("causal-lm"))
