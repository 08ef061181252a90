"""The probe answers from the base's features alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.baselines.probe import Probe
from pipeline.contracts import Silent
from pipeline.errors import RecipeError
from tests.baselines.situations import SITUATIONS, Situation


@pytest.mark.parametrize("here", SITUATIONS, ids=lambda one: one.name)
def test_it_sees_nothing_but_the_features(here: Situation) -> None:
    work = here.work()
    fitted = Probe().fit(work)
    assert work.features is not None

    seen = work.features.of(work.validation, Silent())
    outputs = seen.astype(float) @ fitted.weight.T.astype(float) + fitted.bias

    found = fitted.predict(work.validation, Silent())
    np.testing.assert_array_equal(found.answers, fitted.decision.predictions(outputs).answers)
    assert fitted.total_parameters == work.features.size + fitted.trainable_parameters


def test_no_more_rows_are_read_than_asked_for() -> None:
    assert Probe(max_rows=10).fit(SITUATIONS[0].work()).notes["rows"] == 10


def test_outside_of_a_run_there_is_no_base() -> None:
    with pytest.raises(RecipeError, match="no run"):
        Probe().fit(replace(SITUATIONS[0].work(), features=None))
