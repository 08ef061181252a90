from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from pipeline.contracts import ROW_ID, Column, ColumnKind
from pipeline.data.checks import missing_values, spelled_gaps, unequal_lengths
from pipeline.data.kinds import TYPES
from tests.data.reading import NER


def table(**columns: tuple[ColumnKind, list[Any]]) -> pa.Table:
    length = len(next(iter(columns.values()))[1])
    found = {name: pa.array(values, TYPES[kind]) for name, (kind, values) in columns.items()}
    return pa.table({ROW_ID: [f"a.json:{n + 1}" for n in range(length)], **found})


SAID = {"role": "user", "content": "hi"}
ANSWER = {"text": "x", "start": 0}


@pytest.mark.parametrize(
    ("kind", "good", "empty", "said"),
    [
        ("text", ["a"], ["", " ", None], "3 rows have an empty text in 'x'"),
        ("label", ["a"], ["", None], "2 rows have no label in 'x'"),
        ("number", [0.0], [None], "1 row has no number in 'x'"),
        ("labels", [["a"], []], [None], "1 row has no list of labels in 'x'"),
        ("words", [["a"], [" "]], [[], None], "2 rows have no words in 'x'"),
        ("tags", [["O"]], [None], "1 row has no tags in 'x'"),
        ("texts", [["a"], ["", "a"]], [[], [" ", ""], None], "3 rows have no text in 'x'"),
        ("answers", [[ANSWER], []], [None], "1 row has no answers in 'x'"),
        ("messages", [[SAID]], [[], None], "2 rows have no messages in 'x'"),
    ],
)
def test_what_is_missing_depends_on_the_kind(
    kind: ColumnKind, good: list[Any], empty: list[Any], said: str
) -> None:
    columns = {"x": Column(kind, "it")}
    assert missing_values("train", table(x=(kind, good)), columns) == []
    (problem,) = missing_values("train", table(x=(kind, good + empty)), columns)
    assert problem.message.startswith(f"{said}: a.json:{len(good) + 1}")
    assert problem.place == "train"
    assert problem.hint


def test_an_optional_text_may_be_empty() -> None:
    rows = table(x=("text", ["a", ""]))
    assert missing_values("train", rows, {"x": Column("text", "it", required=False)}) == []
    assert len(missing_values("train", rows, {"x": Column("text", "it")})) == 1
    assert missing_values("train", rows, {"y": Column("text", "another")}) == []


def test_each_word_has_a_tag_of_its_own() -> None:
    rows = table(words=("words", [["a", "b", "c"], ["a"]]), tags=("tags", [["O"] * 4, ["O"]]))
    (problem,) = unequal_lengths("test", rows, NER)
    assert str(problem).startswith("test: a.json:1: 3 words, 4 tags in 'tags'")
    assert unequal_lengths("test", rows.slice(1), NER) == []
    assert unequal_lengths("test", rows.drop_columns("tags"), NER) == []


def test_rows_beyond_the_first_few_are_counted() -> None:
    rows = table(words=("words", [["a"]] * 9), tags=("tags", [[]] * 9))
    problems = unequal_lengths("test", rows, NER)
    assert len(problems) == 6
    assert problems[0].message == "1 word, 0 tags in 'tags'"
    assert problems[-1].message == "and 4 more such rows"


def test_labels_that_spell_a_gap_are_named_with_their_rows() -> None:
    columns = {"label": Column("label", "the class")}
    rows = table(label=("label", ["good", "NaN", "null", "bad", "none"]))
    (problem,) = spelled_gaps("train", rows, columns)
    assert problem.message.startswith("2 rows with the label 'NaN', 'null', which is taken for")
    assert problem.place == "train"
    assert not spelled_gaps("train", table(label=("label", ["good", "bad"])), columns)
