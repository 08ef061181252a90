"""What every baseline that answers with tags or spans promises, over every file in the folder."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from pipeline import components
from pipeline.contracts import Fitted, Silent, Task, Work
from pipeline.evaluation import scoring
from tests.tasks import questions, sentences

SENTENCES = sentences.ROWS
PARTS: list[sentences.Row] = [
    (["the", "film", "opens"], ["DET", "NOUN", "VERB"]),
    (["anna", "smiles"], ["NAME", "VERB"]),
    (["a", "cold", "evening", "ends"], ["DET", "ADJ", "NOUN", "VERB"]),
]


@dataclass(frozen=True)
class Situation:
    """Rows of one task, and rows that nobody expects."""

    name: str
    task: str
    table: Callable[[Any], pa.Table]
    rows: Sequence[Any]
    odd: Sequence[Any]
    unseen: Sequence[Any]
    """Rows whose words hold 'zebr', to validate on."""

    def work(self, *, validation: Sequence[Any] | None = None) -> Work:
        train = self.table(self.rows)
        task: Task = components.load("tasks", self.task)().settled(train)
        return Work(
            task=task,
            labels=task.labels(train),
            train=train,
            validation=self.table(self.rows if validation is None else validation),
            metric=task.metrics[0],
            seed=0,
        )


ODD_WORDS = ["zzz", "!?", "\u200b", "A" * 300, "굳", "1"]
ODD_TEXTS = ["zzz qqq", "!?", "\u200b", "굳", "A. B. C."]
ODD_QUESTIONS: list[questions.Row] = [
    (question, context, []) for question in ODD_TEXTS for context in ODD_TEXTS
]
SITUATIONS = (
    Situation(
        "entities", "token-classification", sentences.sentences, SENTENCES,
        [(ODD_WORDS, ["O"] * 6), (["a"], ["O"])], [(["zebras"], ["B-LOC"])],
    ),
    Situation(
        "parts of speech", "token-classification", sentences.sentences, PARTS,
        [(ODD_WORDS, ["NOUN"] * 6)], [(["zebras"], ["NOUN"])],
    ),
    Situation(
        "all answered", "question-answering", questions.questions, questions.ROWS,
        ODD_QUESTIONS, [("what zebra", "the zebra is red", ["zebra"])],
    ),
    Situation(
        "some without an answer", "question-answering", questions.questions,
        [*questions.ROWS, *questions.LACKING],
        ODD_QUESTIONS, [("what zebra", "the zebra is red", ["zebra"])],
    ),
)  # fmt: skip
# From scratch needs a run around it.
CASES = [
    pytest.param((name, situation), id=f"{name}: {situation.name}")
    for name in components.available("baselines")
    for situation in SITUATIONS
    if situation.task in components.load("baselines", name).tasks and name != "from-scratch"
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


def fit(name: str, work: Work) -> Fitted:
    if name == "crf":
        pytest.importorskip("pycrfsuite")
    found: Fitted = components.load("baselines", name)().fit(work)
    return found


@pytest.fixture(scope="module")
def fitted(name: str, here: Situation) -> Fitted:
    return fit(name, here.work())


def answers(fitted: Fitted, table: pa.Table) -> list[Any]:
    found: list[Any] = fitted.predict(table, Silent()).answers.tolist()
    return found


def test_each_situation_has_a_baseline() -> None:
    cases: list[Any] = [case.values[0] for case in CASES]
    found = {(name, situation.name) for name, situation in cases}
    assert {("most-frequent-tag", "entities"), ("sentence-span", "all answered")} <= found
    assert {situation for _, situation in found} == {situation.name for situation in SITUATIONS}


def test_answers_are_what_every_metric_of_the_task_takes(fitted: Fitted, here: Situation) -> None:
    work = here.work()
    for rows in (here.rows, here.odd):
        table = here.table(rows)
        found = fitted.predict(table, Silent())
        assert found.scores is None
        assert found.answers.dtype == np.dtype(object)
        gold = work.task.references(table, work.labels)
        for metric in work.task.metrics:
            assert 0 <= scoring.score(metric, gold, found, work.labels) <= 1


def test_it_has_learnt_something(fitted: Fitted, here: Situation) -> None:
    work = here.work()
    gold = work.task.references(work.train, work.labels)
    found = fitted.predict(work.train, Silent())
    assert scoring.score(work.metric, gold, found, work.labels) > 0.15


def test_each_row_is_answered_in_its_place_and_for_itself(fitted: Fitted, here: Situation) -> None:
    table = here.table(here.rows)
    order = np.random.default_rng(0).permutation(table.num_rows)
    whole = answers(fitted, table)
    assert answers(fitted, table.take(order)) == [whole[n] for n in order]
    assert answers(fitted, table.slice(1, 1)) == whole[1:2]


def test_the_same_work_gives_the_same_answers(name: str, fitted: Fitted, here: Situation) -> None:
    again = fit(name, here.work())
    table = here.table(here.rows)
    assert again.notes == fitted.notes
    assert answers(again, table) == answers(fitted, table)


def test_it_answers_the_same_after_saving_and_loading_without_pickle(
    name: str, fitted: Fitted, here: Situation, tmp_path: Path
) -> None:
    fitted.save(tmp_path)
    task = components.load("tasks", here.task)()
    loaded = components.load("baselines", name).load(tmp_path, task)
    for rows in (here.rows, here.odd):
        assert answers(loaded, here.table(rows)) == answers(fitted, here.table(rows))
    assert loaded.notes == fitted.notes
    assert loaded.trainable_parameters == fitted.trainable_parameters
    assert loaded.total_parameters == fitted.total_parameters
    assert {file.suffix for file in tmp_path.iterdir()} <= {".json", ".npz", ".safetensors"}


def test_no_rows_give_no_answers(fitted: Fitted, here: Situation) -> None:
    assert answers(fitted, here.table([])) == []


def test_validation_rows_choose_but_do_not_teach(
    name: str, here: Situation, tmp_path: Path
) -> None:
    fit(name, here.work(validation=here.unseen)).save(tmp_path)
    files = list(tmp_path.iterdir())
    assert files
    for file in files:
        assert b"zebr" not in file.read_bytes()


def test_the_number_of_parameters_is_counted(fitted: Fitted) -> None:
    assert fitted.total_parameters >= fitted.trainable_parameters > 1


def test_nothing_is_warned_of(name: str, here: Situation) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(name, here.work())
