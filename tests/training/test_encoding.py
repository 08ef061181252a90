"""Rows that are encoded in parts are the examples that all of them give at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from pipeline import components, scratch
from pipeline.contracts import ROW_ID, Silent, Task
from pipeline.examples import Codec, Examples, Purpose
from pipeline.ragged import Ragged
from pipeline.tasks.instruction import Instruction
from pipeline.tasks.masked_lm import MaskedLm
from pipeline.tasks.question_answering import QuestionAnswering
from pipeline.tasks.seq2seq import Seq2seq
from pipeline.tasks.text_classification import TextClassification
from pipeline.tasks.token_classification import TokenClassification
from pipeline.training import encoding
from tests.conftest import Bases
from tests.tasks import rows
from tests.tasks.pairs import PAIRS
from tests.training import tiny

PART = 5
SHORT = 24
ODD = "\u200b"
"""A word that BERT's tokenizer drops."""


class Heard(Silent):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, message: str) -> None:
        self.notes.append(message)


def plain(value: Any) -> Any:
    """Arrays as lists, whatever holds them."""
    if isinstance(value, Ragged):
        return plain(value.values), plain(value.offsets)
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    return (value.dtype, value.tolist()) if isinstance(value, np.ndarray) else value


def contents(examples: Examples) -> dict[str, Any]:
    return {one.name: plain(getattr(examples, one.name)) for one in fields(examples)}


def in_parts(
    task: Task,
    table: pa.Table,
    labels: Sequence[str],
    codec: Codec,
    monkeypatch: pytest.MonkeyPatch,
    purpose: Purpose = "learn",
) -> tuple[Examples, list[str]]:
    """The examples, and what was noted of them."""
    heard = Heard()
    with monkeypatch.context() as patch:
        patch.setattr(encoding, "_ROWS", PART)
        found = encoding.encoded(task, table, labels, codec, purpose=purpose, report=heard)
    return found, heard.notes


def check(
    task: Task, table: pa.Table, codec: Codec, monkeypatch: pytest.MonkeyPatch, purpose: Purpose
) -> list[str]:
    """That parts are the whole, and that it is remarked on once; gives the remarks."""
    assert table.num_rows > 2 * PART
    labels = task.labels(table)
    whole = task.encode(table, labels, codec, purpose=purpose)
    found, notes = in_parts(task, table, labels, codec, monkeypatch, purpose)
    assert contents(found) == contents(whole)
    assert notes == list(task.remarks(whole, codec, rows=table.num_rows))
    return notes


@pytest.mark.parametrize("purpose", ["learn", "answer"])
@pytest.mark.parametrize(("name", "family"), PAIRS)
def test_parts_are_the_whole(
    name: str, family: str, purpose: Purpose, bases: Bases, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = rows.of(name)
    task: Task = components.load("tasks", name)().settled(table)
    check(task, table, tiny.codec(bases[family], max_length=SHORT), monkeypatch, purpose)


TURNS = [{"role": role, "content": f"{role} says"} for role in ("user", "assistant") * 2]
TALKS = pa.table(
    {
        ROW_ID: [f"rows.jsonl:{n}" for n in range(rows.COUNT)],
        "messages": pa.array([TURNS[: 4 - 2 * (n % 2)] for n in range(rows.COUNT)], rows.MESSAGES),
    }
)
OPTIONS: Sequence[tuple[Task, pa.Table, str]] = (
    (TokenClassification(long="cut"), rows.of("token-classification"), "bert"),
    (MaskedLm(whole_word=True), rows.of("masked-lm"), "bert"),
    (Seq2seq(learn_from="all"), rows.of("seq2seq"), "t5"),
    (Instruction(), TALKS, "gpt2"),
    (Instruction(), TALKS, "t5"),
    (Instruction(turns="last"), TALKS, "llama"),
)


@pytest.mark.parametrize("number", range(len(OPTIONS)))
def test_options_change_nothing_of_it(
    number: int, bases: Bases, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, table, family = OPTIONS[number]
    check(task, table, tiny.codec(bases[family], max_length=SHORT), monkeypatch, "learn")


def test_what_befell_the_rows_is_said_once_of_all(
    bases: Bases, monkeypatch: pytest.MonkeyPatch
) -> None:
    codec = tiny.codec(bases["bert"], max_length=SHORT)
    table = rows.of("question-answering")
    asked = ["? " * (3 + 9 * (n % 2)) for n in range(rows.COUNT)]
    table = table.set_column(1, "question", pa.array(asked))
    windows, cut = check(
        QuestionAnswering(max_query_length=9, stride=2), table, codec, monkeypatch, "learn"
    )
    assert f"of {rows.COUNT} contexts are longer than {SHORT} tokens" in windows
    assert cut == "8 questions are longer than 9 tokens and are cut"

    table = rows.of("token-classification")
    words = pa.array([[*row[:-1], ODD] for row in table["words"].to_pylist()])
    table = table.set_column(1, "words", words)
    windows, unseen = check(TokenClassification(), table, codec, monkeypatch, "learn")
    assert f"of {rows.COUNT} rows are longer than {SHORT} tokens" in windows
    assert unseen.startswith(f"{rows.COUNT} words are made of characters")


def test_rows_that_are_cut_keep_their_numbers(
    bases: Bases, monkeypatch: pytest.MonkeyPatch
) -> None:
    codec = tiny.codec(bases["bert"], max_length=8)
    texts = ["the film is dull " * (1 + 3 * (n % 4 == 3)) for n in range(rows.COUNT)]
    table = pa.table({"text": texts, "label": ["a", "b"] * (rows.COUNT // 2)})
    found, _ = in_parts(TextClassification(), table, ("a", "b"), codec, monkeypatch)
    assert found.cut == (3, 7, 11, 15)


def test_a_prompt_in_two_parts_is_answered_as_its_row_is(
    bases: Bases, monkeypatch: pytest.MonkeyPatch
) -> None:
    codec, task = tiny.codec(bases["gpt2"]), Seq2seq()
    texts = [f"film {n % 3}" for n in range(rows.COUNT)]
    table = pa.table({"text": texts, "target": pa.array([["x"]] * rows.COUNT)})
    found, _ = in_parts(task, table, (), codec, monkeypatch, "answer")
    assert PART < len(found) < rows.COUNT
    written = [np.asarray(codec.tokenizer.encode(f"good {texts[row]}")) for row in found.rows]
    answers = task.decode(written, found, table, (), codec).answers
    alone = task.encode(table, (), codec, purpose="answer")
    written = [np.asarray(codec.tokenizer.encode(f"good {texts[row]}")) for row in alone.rows]
    assert answers.tolist() == task.decode(written, alone, table, (), codec).answers.tolist()
    assert len(set(answers)) == 3


@pytest.mark.parametrize("in_memory", [1 << 26, 100])
def test_large_arrays_lie_on_the_disk(
    in_memory: int, bases: Bases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codec = tiny.codec(bases["bert"], max_length=SHORT)
    monkeypatch.setattr(scratch, "_IN_MEMORY", in_memory)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "room"))
    for name in ("text-regression", "masked-lm"):
        task: Task = components.load("tasks", name)()
        check(task, rows.of(name), codec, monkeypatch, "learn")
        found, _ = in_parts(task, rows.of(name), (), codec, monkeypatch)
        assert found.ids.values.flags.writeable == (in_memory != 100)  # a mapped file is not
    assert (tmp_path / "room").exists() == (in_memory == 100)


def test_no_rows_are_no_examples(bases: Bases, monkeypatch: pytest.MonkeyPatch) -> None:
    table = rows.of("question-answering").slice(0, 0)
    codec = tiny.codec(bases["bert"])
    found, notes = in_parts(QuestionAnswering(), table, (), codec, monkeypatch)
    assert (len(found), notes) == (0, [])
