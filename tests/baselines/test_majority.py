"""The majority baseline answers the most frequent class, with the classes' shares."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.baselines.majority import Majority
from pipeline.contracts import Silent, Work
from tests.baselines.reviews import table, work
from tests.baselines.situations import SITUATIONS

LABELS = next(one for one in SITUATIONS if one.name == "several labels")

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


def sets(*rows: list[str]) -> Work:
    table = LABELS.table([(str(n), "", row) for n, row in enumerate(rows)])
    return LABELS.work(train=table)


@pytest.mark.parametrize(
    ("rows", "answer"),
    [
        ([["a", "b"], ["a"], ["c"]], "a"),  # on more than half of the rows
        ([["a", "b"], ["b"], ["b", "a"]], "a, b"),
        ([["a", "b"], ["a", "b"], ["c"], ["d"]], "a, b"),  # no label is: the most frequent set
        ([["b"], ["a"], ["c"]], "a"),  # of equally frequent ones the first
        ([[], [], [], ["c"]], "c"),  # nothing at all has no F1
    ],
)
def test_of_several_labels_it_answers_those_that_most_rows_have(
    rows: list[list[str]], answer: str
) -> None:
    work = sets(*rows)

    fitted = Majority().fit(work)

    found = fitted.predict(work.train, Silent())
    assert work.task.readable(found.answers, work.labels) == [answer] * len(rows)
    assert fitted.notes["answer"] == answer
    assert found.scores is not None
    shares = [sum(label in row for row in rows) / len(rows) for label in work.labels]
    np.testing.assert_allclose(found.scores[0], shares)
