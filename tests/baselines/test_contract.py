"""What every baseline promises, over every file found in the folder and all that it answers."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline import components
from pipeline.contracts import Baseline, Fitted, Predictions, Silent
from pipeline.errors import ModelError
from pipeline.evaluation import scoring
from tests.baselines.situations import SITUATIONS, Situation

FOUND = components.available("baselines")
PROBLEMS = {situation.task.problem for situation in SITUATIONS}


_FEW_STEPS = {"learning_rates": (0.01,), "embedding": 16, "min_steps": 24, "validations": 2}
QUICK: dict[str, dict[str, Any]] = {
    "cnn": {**_FEW_STEPS, "filters": 8, "widths": (1, 2, 3)},
    "lstm": {**_FEW_STEPS, "hidden": 8},
    "bag-of-words": {"alphas": (1.0, 0.1)},
}
"""Options under which the same code is done in less time."""


def baseline(name: str) -> Baseline:
    found: Baseline = components.load("baselines", name)(**QUICK.get(name, {}))
    return found


CASES = [
    pytest.param((name, situation), id=f"{name}: {situation.name}")
    for name in FOUND
    for situation in SITUATIONS
    # From scratch needs a run around it; language tasks have a contract of their own.
    if situation.task.problem in baseline(name).tasks and name != "from-scratch"
]


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[str, Situation]:
    found: tuple[str, Situation] = request.param
    return found


@pytest.fixture(scope="module")
def name(case: tuple[str, Situation]) -> str:
    return case[0]


@pytest.fixture(scope="module")
def here(case: tuple[str, Situation]) -> Situation:
    return case[1]


@pytest.fixture(scope="module")
def fitted(name: str, here: Situation) -> Fitted:
    return baseline(name).fit(here.work())


ODD = ["zzz qqq", "a", "!?", "\u200b"]


def same(first: Predictions, second: Predictions) -> None:
    np.testing.assert_array_equal(first.answers, second.answers)
    if first.scores is not None:
        np.testing.assert_array_equal(first.scores, second.scores)


def test_the_classics_are_found_and_each_problem_is_answered() -> None:
    ladder = {"majority", "bag-of-words", "ngram", "tfidf", "cnn", "lstm", "probe", "from-scratch"}
    assert ladder | {"mean", "similarity"} <= set(FOUND)
    for problem in PROBLEMS:
        able = {name for name in FOUND if problem in baseline(name).tasks}
        assert len(able - {"from-scratch"}) >= 2, problem


@pytest.mark.parametrize("name", FOUND)
def test_it_says_what_it_answers_and_what_it_is(name: str) -> None:
    found = baseline(name)

    assert found.tasks
    # A problem is a task, or a task with an option that a situation shows.
    assert found.tasks <= {*components.available("tasks"), *PROBLEMS}
    assert found.summary()
    assert all(info.description for info in type(found).model_fields.values())


def test_answers_are_what_the_metrics_of_the_task_take(fitted: Fitted, here: Situation) -> None:
    test = here.table(here.held_out)

    found = fitted.predict(test, Silent())

    work = here.work()
    gold = work.task.references(test, work.labels)
    assert found.answers.dtype == gold.dtype
    assert found.answers.shape == gold.shape
    for metric in work.task.metrics:
        assert np.isfinite(scoring.score(metric, gold, found, work.labels))


def test_scores_are_probabilities(fitted: Fitted, here: Situation) -> None:
    found = fitted.predict(here.table(here.held_out), Silent())

    if here.task.name != "text-classification":
        assert found.scores is None
        return
    assert found.scores is not None
    assert found.scores.dtype == np.float32
    assert found.scores.shape == (len(here.held_out), len(here.work().labels))
    assert found.scores.min() >= 0
    assert found.scores.max() <= 1
    if found.answers.ndim == 1:  # several labels are questions of their own
        np.testing.assert_allclose(found.scores.sum(axis=1), 1, atol=1e-5)
        np.testing.assert_array_equal(found.answers, found.scores.argmax(axis=1))


def test_each_row_is_answered_in_its_place_and_for_itself(fitted: Fitted, here: Situation) -> None:
    test = here.table(here.held_out)
    order = np.random.default_rng(0).permutation(test.num_rows)

    whole = fitted.predict(test, Silent())
    moved = fitted.predict(test.take(order), Silent())
    alone = fitted.predict(test.slice(3, 1), Silent())

    np.testing.assert_allclose(moved.answers, whole.answers[order], atol=1e-6)
    np.testing.assert_allclose(alone.answers, whole.answers[3:4], atol=1e-6)
    if whole.scores is not None:
        assert moved.scores is not None
        assert alone.scores is not None
        np.testing.assert_allclose(moved.scores, whole.scores[order], atol=1e-6)
        np.testing.assert_allclose(alone.scores, whole.scores[3:4], atol=1e-6)


def test_the_same_seed_gives_the_same_answers(name: str, fitted: Fitted, here: Situation) -> None:
    again = baseline(name).fit(here.work())

    test = here.table(here.held_out)
    assert again.notes == fitted.notes
    same(again.predict(test, Silent()), fitted.predict(test, Silent()))


def test_it_answers_the_same_after_saving_and_loading_without_pickle(
    name: str, fitted: Fitted, here: Situation, tmp_path: Path
) -> None:
    fitted.save(tmp_path)

    files = list(tmp_path.iterdir())
    assert files
    assert {file.suffix for file in files} <= {".json", ".npz", ".safetensors"}
    if baseline(name).needs_base:
        with pytest.raises(ModelError, match="not loaded"):
            baseline(name).load(tmp_path, here.task)
        return
    loaded = baseline(name).load(tmp_path, here.task)

    for rows in (here.table(here.held_out), here.saying(ODD)):
        same(loaded.predict(rows, Silent()), fitted.predict(rows, Silent()))
    assert loaded.notes == fitted.notes
    assert loaded.trainable_parameters == fitted.trainable_parameters
    assert loaded.total_parameters == fitted.total_parameters


def test_unknown_words_and_lone_marks_are_answered(fitted: Fitted, here: Situation) -> None:
    found = fitted.predict(here.saying(ODD), Silent())

    assert np.isfinite(found.answers if found.scores is None else found.scores).all()


def test_no_rows_give_no_answers(fitted: Fitted, here: Situation) -> None:
    work = here.work()
    none = work.validation.slice(0, 0)

    found = fitted.predict(none, Silent())

    assert found.answers.shape == work.task.references(none, work.labels).shape
    assert found.scores is None or found.scores.shape == (0, len(work.labels))


@pytest.mark.parametrize("text", ["same words everywhere", "a", "굳"])
def test_texts_that_say_nothing_do_not_crash_it(name: str, here: Situation, text: str) -> None:
    train = here.saying([text] * 3)
    test = here.saying(["other words", "a", "", "!"])

    found = baseline(name).fit(here.work(train=train, validation=test)).predict(test, Silent())

    assert np.isfinite(found.answers if found.scores is None else found.scores).all()


def test_validation_rows_choose_but_do_not_teach(
    name: str, here: Situation, tmp_path: Path
) -> None:
    validation = here.saying(["a zebra of great marvel", "dull zebra"])

    baseline(name).fit(here.work(validation=validation)).save(tmp_path)

    for file in tmp_path.glob("*.json"):
        assert "zebr" not in file.read_text("utf-8")


def test_the_number_of_parameters_is_counted(fitted: Fitted, here: Situation) -> None:
    least = max(len(here.work().labels), 1)
    assert fitted.total_parameters >= fitted.trainable_parameters >= least


def test_nothing_is_warned_of(name: str, here: Situation) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        baseline(name).fit(here.work())
        few = here.table(here.train[:6])
        baseline(name).fit(here.work(train=few, validation=few))
