"""What every baseline that answers with a text promises, over every file found in the folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipeline import components
from pipeline.baselines.lead import Lead, beginning
from pipeline.baselines.nearest import Nearest
from pipeline.contracts import ROW_ID, Baseline, Fitted, Silent, Task, Work
from pipeline.evaluation import scoring
from tests.baselines.reviews import HELD_OUT, reviews

OWN = {"from-scratch"}
"""Baselines that need a run around them."""
COLUMNS = {"seq2seq": ("text", "target"), "instruction": ("prompt", "response")}
CLASSES = ("positive", "negative", "question")


def pairs() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name in components.available("baselines"):
        kind: type[Baseline] = components.load("baselines", name)
        found += [(name, of) for of in COLUMNS if of in kind.tasks and name not in OWN]
    return found


PAIRS = pairs()


def task(name: str) -> Task:
    found: Task = components.load("tasks", name)()
    return found


def table(of: str, texts: list[str], answers: list[str] | None = None) -> pa.Table:
    read, written = COLUMNS[of]
    columns = {ROW_ID: [f"made.csv:{n}" for n in range(len(texts))], read: texts}
    targets = [" ".join(text.split()[:2]) for text in texts] if answers is None else answers
    return pa.table({**columns, written: [[target] for target in targets]})


def held_out(of: str) -> pa.Table:
    return table(of, [text for text, _ in HELD_OUT])


def work(of: str, metric: str = "rouge_l", **changes: pa.Table) -> Work:
    rows = {"train": table(of, [text for text, _ in reviews(CLASSES)]), "validation": held_out(of)}
    return Work(task=task(of), labels=(), metric=metric, seed=0, **{**rows, **changes})


@pytest.fixture(scope="module", params=PAIRS, ids=": ".join)
def pair(request: pytest.FixtureRequest) -> tuple[str, str]:
    found: tuple[str, str] = request.param
    return found


def fit(name: str, here: Work) -> Fitted:
    found: Fitted = components.load("baselines", name)().fit(here)
    return found


@pytest.fixture(scope="module")
def fitted(pair: tuple[str, str]) -> Fitted:
    return fit(pair[0], work(pair[1]))


def answers(fitted: Fitted, rows: pa.Table) -> list[str]:
    found = fitted.predict(rows, Silent())
    assert found.scores is None
    assert found.answers.dtype == object
    assert found.answers.shape == (rows.num_rows,)
    listed: list[str] = found.answers.tolist()
    assert all(isinstance(answer, str) for answer in listed)
    return listed


def test_the_classics_are_found() -> None:
    assert {("copy", "seq2seq"), ("lead", "seq2seq"), ("nearest", "seq2seq")} <= set(PAIRS)
    assert ("nearest", "instruction") in PAIRS


def test_answers_are_what_the_metrics_take(pair: tuple[str, str], fitted: Fitted) -> None:
    rows, of = held_out(pair[1]), task(pair[1])
    found = fitted.predict(rows, Silent())
    gold = of.references(rows, ())
    for metric in of.metrics:
        assert np.isfinite(scoring.score(metric, gold, found, ()))
    assert of.readable(found.answers, ()) == answers(fitted, rows)


def test_each_row_is_answered_in_its_place_and_for_itself(
    pair: tuple[str, str], fitted: Fitted
) -> None:
    rows, order = held_out(pair[1]), [4, 0, 5, 3, 1, 2]
    whole = answers(fitted, rows)
    assert answers(fitted, rows.take(order)) == [whole[n] for n in order]
    assert answers(fitted, rows.slice(3, 1)) == whole[3:4]
    assert answers(fitted, rows.slice(0, 0)) == []


def test_it_answers_the_same_again_and_after_loading_without_pickle(
    pair: tuple[str, str], fitted: Fitted, tmp_path: Path
) -> None:
    name, of = pair
    fitted.save(tmp_path)
    loaded = components.load("baselines", name).load(tmp_path, task(of))
    for rows in (held_out(of), table(of, ["zzz qqq", "a", "!?", "\u200b"])):
        assert answers(loaded, rows) == answers(fitted, rows)
        assert answers(fit(name, work(of)), rows) == answers(fitted, rows)
    assert loaded.notes == fitted.notes
    assert loaded.total_parameters == fitted.total_parameters == fitted.trainable_parameters
    files = list(tmp_path.iterdir())
    assert files
    assert {file.suffix for file in files} <= {".json", ".npz", ".safetensors"}


@pytest.mark.parametrize("text", ["same words everywhere", "a", "굳"])
def test_texts_that_say_nothing_do_not_crash_it(pair: tuple[str, str], text: str) -> None:
    name, of = pair
    here = work(of, train=table(of, [text] * 3), validation=table(of, ["a", "!"]))
    assert len(answers(fit(name, here), table(of, ["other words", "a", "!"]))) == 3


def test_validation_rows_choose_but_do_not_teach(pair: tuple[str, str], tmp_path: Path) -> None:
    name, of = pair
    fit(name, work(of, validation=table(of, ["a zebra of great marvel", "zebra"]))).save(tmp_path)
    for file in tmp_path.glob("*.json"):
        assert "zebr" not in file.read_text("utf-8")


# --------------------------------------------------------------------- one by one


def test_lead_takes_as_much_as_validation_likes() -> None:
    texts = [f"{text} And more of it. And more." for text, _ in HELD_OUT]
    for target, choice in (
        ([text for text, _ in HELD_OUT], {"unit": "sentences", "count": 1}),
        ([" ".join(text.split()[:4]) for text in texts], {"unit": "words", "count": 4}),
    ):
        rows = table("seq2seq", texts, target)
        found = Lead(sentences=(1, 2), words=(4, 9)).fit(work("seq2seq", validation=rows))
        assert found.notes == choice
        if choice["unit"] == "words":
            assert answers(found, rows) == target


@pytest.mark.parametrize(
    ("text", "unit", "count", "start"),
    [
        ("One. Two! Three?", "sentences", 2, "One. Two!"),
        ('He said "no." Then he left.', "sentences", 1, 'He said "no."'),
        ("Version 3.11 is out. Get it.", "sentences", 1, "Version 3.11 is out."),
        ("heading\nbody. more", "sentences", 1, "heading"),
        ("no end", "sentences", 3, "no end"),
        ("좋아요. 또 봐요.", "sentences", 1, "좋아요."),
        (" a  b c", "words", 2, "a b"),
    ],
)
def test_a_beginning_ends_where_it_should(text: str, unit: str, count: int, start: str) -> None:
    assert beginning(text, unit, count) == start  # type: ignore[arg-type]


def test_nearest_answers_as_the_nearest_row_was() -> None:
    train = table("seq2seq", ["a red bird sings", "a blue fish swims"], ["bird", "fish"])
    asked = table("seq2seq", ["the fish that swims", "some bird", "qqq"], ["fish", "bird", ""])
    found = Nearest().fit(work("seq2seq", train=train, validation=asked.slice(0, 2)))
    assert answers(found, asked) == ["fish", "bird", "bird"]
    assert found.notes["features"] == "words"
