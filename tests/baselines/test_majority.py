"""The majority baseline answers the most frequent class, with the classes' shares."""

from __future__ import annotations

import numpy as np

from pipeline.baselines.majority import Majority
from pipeline.contracts import Silent
from tests.baselines.reviews import table, work

ROWS = [("a", "b"), ("b", "c"), ("c", "c"), ("d", "a")]


def test_it_answers_the_most_frequent_training_class() -> None:
    fitted = Majority().fit(work(train=ROWS, validation=table([("e", "b")] * 9)))

    found = fitted.predict(table([("x", "a"), ("y", "b")]), Silent())

    assert found.answers.tolist() == [2, 2]
    assert found.scores is not None
    np.testing.assert_allclose(found.scores, np.tile([0.25, 0.25, 0.5], (2, 1)))
    assert fitted.notes == {"answer": "c", "share": 0.5}


def test_of_equally_frequent_classes_the_first_is_answered() -> None:
    fitted = Majority().fit(work(train=ROWS[:2]))

    assert fitted.notes["answer"] == "b"
