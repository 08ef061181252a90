"""What is said of odd test rows and answers."""

from __future__ import annotations

import numpy as np

from pipeline.evaluation.oddities import constant_answers, missing_classes, too_few
from pipeline.ragged import objects


def test_a_test_set_that_can_decide_nothing_is_told_with_the_rows_it_takes() -> None:
    (told,) = too_few(5, confidence=0.95)
    assert told.startswith("test: 5 rows can decide nothing, whatever is answered: give 6 at least")
    assert too_few(6, confidence=0.95) == []


def test_classes_that_no_test_row_has_are_named() -> None:
    (told,) = missing_classes(np.array([0, 2, 2]), ("a", "b", "c"))
    assert told.startswith("test: 1 of 3 classes is not among the test rows")
    assert told.endswith("'b'")
    (told,) = missing_classes(np.array([[1, 0, 0], [0, 0, 0]]), ("a", "b", "c"))
    assert "2 of 3 classes are not" in told
    assert missing_classes(np.array([0, 1]), ("a", "b")) == []
    assert missing_classes(np.array([0.5, 1.0]), ()) == []
    many = tuple(map(str, range(20)))
    assert "'1', '2', '3', '4', '5' and 14 more" in missing_classes(np.array([0]), many)[0]


def test_a_contender_that_answers_the_same_to_all_rows_is_named() -> None:
    gold = np.array([0, 1, 1])
    answers = {"lora": np.array([1, 1, 1]), "tfidf": gold}
    (told,) = constant_answers(answers, gold)
    assert told.startswith("lora answers the same to all 3 test rows")
    assert constant_answers({"lora": np.array([1, 1, 1])}, np.array([1, 1, 1])) == []
    texts = objects([("one",), ("two",)])
    assert constant_answers({"lead": objects(["x", "x"])}, texts)
    assert constant_answers({"gpt": np.ones((2, 2))}, np.ones((2, 2))) == []
