"""What every baseline promises, over every file found in the folder."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from pipeline import components
from pipeline.contracts import Baseline, Fitted, Silent
from tests.baselines.reviews import HELD_OUT, reviews, table, task, work

FOUND = [
    name
    for name in components.available("baselines")
    # From scratch needs a run around it; language tasks have a contract of their own.
    if "text-classification" in components.load("baselines", name).tasks and name != "from-scratch"
]
TWO = ("positive", "negative")
THREE = ("positive", "negative", "question")


def baseline(name: str) -> Baseline:
    found: Baseline = components.load("baselines", name)()
    return found


@pytest.fixture(scope="module", params=FOUND)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture(scope="module", params=[TWO, THREE], ids=["two classes", "three classes"])
def classes(request: pytest.FixtureRequest) -> tuple[str, ...]:
    found: tuple[str, ...] = request.param
    return found


@pytest.fixture(scope="module")
def fitted(name: str, classes: tuple[str, ...]) -> Fitted:
    return baseline(name).fit(work(classes))


ODD = table(
    [("zzz qqq", "positive"), ("a", "negative"), ("!?", "positive"), ("\u200b", "negative")]
)
TEST = table(HELD_OUT)


def test_the_three_classics_are_found() -> None:
    assert {"majority", "tfidf", "ngram"} <= set(FOUND)


def test_it_says_which_tasks_it_answers_and_what_it_is(name: str) -> None:
    found = baseline(name)

    assert "text-classification" in found.tasks
    assert found.tasks <= set(components.available("tasks"))
    assert found.summary()
    assert all(info.description for info in type(found).model_fields.values())


def test_answers_are_class_ids_and_scores_are_probabilities(
    fitted: Fitted, classes: tuple[str, ...]
) -> None:
    found = fitted.predict(TEST, Silent())

    assert found.scores is not None
    assert found.answers.dtype == np.int64
    assert found.scores.dtype == np.float32
    assert found.scores.shape == (TEST.num_rows, len(classes))
    assert found.scores.min() >= 0
    np.testing.assert_allclose(found.scores.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(found.answers, found.scores.argmax(axis=1))


def test_each_row_is_answered_in_its_place_and_for_itself(fitted: Fitted) -> None:
    order = [4, 0, 5, 3, 1, 2]

    whole = fitted.predict(TEST, Silent()).scores
    moved = fitted.predict(TEST.take(order), Silent()).scores
    alone = fitted.predict(TEST.slice(3, 1), Silent()).scores

    assert whole is not None
    assert moved is not None
    assert alone is not None
    np.testing.assert_allclose(moved, whole[order], atol=1e-6)
    np.testing.assert_allclose(alone, whole[3:4], atol=1e-6)


def test_the_same_seed_gives_the_same_answers(
    name: str, fitted: Fitted, classes: tuple[str, ...]
) -> None:
    again = baseline(name).fit(work(classes))

    assert again.notes == fitted.notes
    np.testing.assert_array_equal(
        again.predict(TEST, Silent()).scores, fitted.predict(TEST, Silent()).scores
    )


def test_it_answers_the_same_after_saving_and_loading_without_pickle(
    name: str, fitted: Fitted, tmp_path: Path
) -> None:
    fitted.save(tmp_path)

    loaded = baseline(name).load(tmp_path, task())

    for rows in (TEST, ODD):
        np.testing.assert_array_equal(
            loaded.predict(rows, Silent()).scores, fitted.predict(rows, Silent()).scores
        )
    assert loaded.notes == fitted.notes
    assert loaded.trainable_parameters == fitted.trainable_parameters
    assert loaded.total_parameters == fitted.total_parameters
    files = list(tmp_path.iterdir())
    assert files
    assert {file.suffix for file in files} <= {".json", ".npz", ".safetensors"}


def test_unknown_words_and_lone_marks_are_answered(fitted: Fitted) -> None:
    found = fitted.predict(ODD, Silent())

    assert found.scores is not None
    assert np.isfinite(found.scores).all()


def test_no_rows_give_no_answers(fitted: Fitted, classes: tuple[str, ...]) -> None:
    found = fitted.predict(TEST.slice(0, 0), Silent())

    assert found.scores is not None
    assert found.scores.shape == (0, len(classes))
    assert found.answers.shape == (0,)


@pytest.mark.parametrize("text", ["same words everywhere", "a", "굳"])
def test_texts_that_say_nothing_do_not_crash_it(name: str, text: str) -> None:
    rows = [(text, "positive"), (text, "negative"), (text, "positive")]

    found = baseline(name).fit(work(TWO, train=rows)).predict(TEST, Silent())

    assert found.scores is not None
    np.testing.assert_allclose(found.scores.sum(axis=1), 1, atol=1e-5)


def test_validation_rows_choose_but_do_not_teach(name: str, tmp_path: Path) -> None:
    validation = table([("a zebra of great marvel", "positive"), ("dull zebra", "negative")])

    baseline(name).fit(work(TWO, validation=validation)).save(tmp_path)

    for file in tmp_path.glob("*.json"):
        assert "zebr" not in file.read_text("utf-8")


def test_the_number_of_parameters_is_counted(fitted: Fitted, classes: tuple[str, ...]) -> None:
    assert fitted.total_parameters >= fitted.trainable_parameters >= len(classes)


def test_nothing_is_warned_of(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        baseline(name).fit(work(THREE, train=reviews(THREE)[:6]))
