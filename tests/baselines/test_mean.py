"""The mean baseline answers the constant that errs least on the training rows."""

from __future__ import annotations

import pytest

from pipeline.baselines.mean import Mean
from pipeline.contracts import Silent
from tests.baselines.situations import SITUATIONS

NUMBERS = next(one for one in SITUATIONS if one.name == "numbers of texts")
ROWS = NUMBERS.table([("a", "", 1.0), ("b", "", 2.0), ("c", "", 9.0)])


@pytest.mark.parametrize(("metric", "constant"), [("mse", 4.0), ("pearson", 4.0), ("mae", 2.0)])
def test_it_answers_the_mean_or_the_median(metric: str, constant: float) -> None:
    fitted = Mean().fit(NUMBERS.work(train=ROWS, metric=metric))

    found = fitted.predict(ROWS.slice(0, 2), Silent())

    assert found.answers.tolist() == [constant, constant]
    assert fitted.notes == {"answer": constant}
