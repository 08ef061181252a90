"""Every kind from every format that can hold it: the same rows, whatever they lie in."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.contracts import Column, ColumnKind
from pipeline.data.kinds import TYPES
from tests.data.reading import QA, Notes, read, refusal, write

TALK = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
CASES: list[tuple[ColumnKind, Any, str, Any]] = [
    ("number", 2.5, "2.5", 2.5),
    ("number", 3, "3", 3.0),
    ("labels", ["a", "b"], "a|b", ["a", "b"]),
    ("labels", [], "", []),
    ("words", ["EU", "rejects"], "EU rejects", ["EU", "rejects"]),
    ("tags", ["B-ORG", "O"], "B-ORG O", ["B-ORG", "O"]),
    ("texts", ["one text"], "one text", ["one text"]),
    (
        "answers",
        {"text": ["x"], "answer_start": [4]},
        '{"text": ["x"], "answer_start": [4]}',
        [{"text": "x", "start": 4}],
    ),
    ("messages", TALK, json.dumps(TALK), TALK),
]


def test_every_kind_but_the_plain_ones_has_a_case() -> None:
    assert {kind for kind, *_ in CASES} == set(TYPES) - {"text", "label"}


@pytest.mark.parametrize(("kind", "value", "cell", "expected"), CASES)
def test_a_kind_reads_alike_from_every_format(
    tmp_path: Path, kind: ColumnKind, value: Any, cell: str, expected: Any
) -> None:
    columns = {"x": Column(kind, "it")}
    rows = [{"x": value}, {"x": value}]
    csv_text = io.StringIO()
    csv.writer(csv_text).writerows([["x", "y"], [cell, ""], [cell, ""]])
    paths = [
        write(tmp_path / "a.csv", csv_text.getvalue()),
        write(tmp_path / "a.json", json.dumps(rows)),
        write(tmp_path / "a.jsonl", "".join(json.dumps(row) + "\n" for row in rows)),
        write(tmp_path / "odd.jsonl", "\n".join(json.dumps(row) for row in rows) + "\n\n"),
        tmp_path / "a.parquet",
    ]
    pq.write_table(pa.Table.from_pylist(rows), paths[-1])
    for path in paths:
        assert [row["x"] for row in read(path, columns)] == [expected] * 2, path.name


@pytest.mark.parametrize(("kind", "value", "cell", "expected"), CASES)
def test_a_column_has_the_type_of_its_kind(
    tmp_path: Path, kind: ColumnKind, value: Any, cell: str, expected: Any
) -> None:
    from pipeline.data import files

    del cell, expected
    path = write(tmp_path / "a.jsonl", json.dumps({"x": value}) + "\n")
    table = files.read([path], {"x": Column(kind, "it")}, {}, names={path: path.name})
    assert table.schema.field("x").type == TYPES[kind]


SCORED = {"text": Column("text", "it"), "score": Column("number", "how alike")}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "text,score\na,1\nb,n/a\n", "a.csv:3: column 'score' holds 'n/a'"),
        ("a.csv", 'text,score\n"a\nb",1\nb,nan\n', "a.csv:4: column 'score' holds 'nan'"),
        ("a.tsv", "text\tscore\na\t1\nb\tinf\n", "a.tsv:3: column 'score' holds 'inf'"),
        ("a.jsonl", '{"text":"a","score":1}\n{"text":"b","score":NaN}\n', "a.jsonl:2: column"),
        ("a.json", '[{"text":"a","score":1},{"text":"b","score":true}]', "a.json:2: column"),
    ],
)
def test_what_is_no_number_is_refused_with_its_row(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    message = refusal(write(tmp_path / name, content), SCORED)
    assert said in message
    assert "write it with a point" in message


def test_a_number_that_parquet_lacks_or_cannot_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["a", "b"], "score": [1.0, float("nan")]}), path)
    assert "a.parquet:2: column 'score' holds nan" in refusal(path, SCORED)
    pq.write_table(pa.table({"text": ["a", "b"], "score": [1, None]}), path)
    assert [row["score"] for row in read(path, SCORED)] == [1.0, None]


def test_an_empty_word_in_a_list_of_texts_is_refused_with_its_row(tmp_path: Path) -> None:
    columns = {"words": Column("words", "it")}
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"words": [["a"], ["b", ""]]}), path)
    assert "a.parquet:2: column 'words' holds an empty item" in refusal(path, columns)
    lines = write(tmp_path / "a.jsonl", '{"words": ["a"]}\n{"words": ["b", null]}\n')
    assert "a.jsonl:2: column 'words' holds an empty item" in refusal(lines, columns)


def test_the_mark_that_sets_labels_apart_is_said(tmp_path: Path) -> None:
    columns = {"topics": Column("labels", "it")}
    path = write(tmp_path / "a.tsv", "topics\nred; green\nblue\n\u00a0\n")
    notes = Notes()
    assert [row["topics"] for row in read(path, columns, report=notes)] == [
        ["red", "green"], ["blue"], [],
    ]  # fmt: skip
    assert notes.said == ["a.tsv: the labels in 'topics' are split at ';'"]


def test_a_plain_answer_is_looked_for_in_its_context(tmp_path: Path) -> None:
    rows = [
        {"question": "q", "context": "In Rome.", "answers": "Rome"},
        {"question": "q", "context": "In Rome.", "answers": "Oslo"},
        {"question": "q", "context": "Rome, Rome", "answers": {"text": ["Rome"], "start": [6]}},
        {"question": "q", "context": "Rome", "answers": []},
    ]
    path = write(tmp_path / "a.json", json.dumps(rows))
    found = [[answer["start"] for answer in row["answers"]] for row in read(path, QA)]
    assert found == [[3], [-1], [6], []]


def test_an_optional_text_may_be_empty_and_is_then_no_null(tmp_path: Path) -> None:
    columns = {
        "text": Column("text", "it"),
        "input": Column("text", "more", required=False),
    }
    pq.write_table(pa.table({"text": ["a", "b"], "input": ["x", None]}), tmp_path / "a.parquet")
    lines = write(tmp_path / "a.jsonl", '{"text": "a", "input": "x"}\n{"text": "b"}\n')
    for path in (tmp_path / "a.parquet", lines):
        assert [row["input"] for row in read(path, columns)] == ["x", ""]


NESTED = {"text": Column("text", "it"), "score": Column("number", "how alike")}


def test_a_column_may_lie_inside_an_object(tmp_path: Path) -> None:
    mapping = {"text": "pair.en.raw", "score": "labels.real-label"}
    rows = [{"pair": {"en": {"raw": "hi"}}, "labels": {"real-label": 4.5}}] * 2
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    write(tmp_path / "a.json", json.dumps(rows))
    write(tmp_path / "a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    for ending in ("parquet", "json", "jsonl"):
        found = read(tmp_path / f"a.{ending}", NESTED, mapping)
        assert [(row["text"], row["score"]) for row in found] == [("hi", 4.5)] * 2
        message = refusal(tmp_path / f"a.{ending}", NESTED, mapping | {"score": "labels.label"})
        assert "there is no column 'labels.label'" in message
        assert "'labels.real-label'" in message


def test_a_name_with_a_point_in_it_comes_before_what_lies_inside(tmp_path: Path) -> None:
    row = {"text": "a", "s.x": 1, "s": 2}
    write(tmp_path / "a.json", json.dumps([row]))
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "a.parquet")
    for ending in ("json", "parquet"):
        assert read(tmp_path / f"a.{ending}", NESTED, {"score": "s.x"})[0]["score"] == 1.0
