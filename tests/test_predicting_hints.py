"""What ``graft predict`` says of columns can be typed as it stands."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.cli import main
from pipeline.contracts import Column, Silent
from pipeline.data import files
from pipeline.data.columns import Asked
from pipeline.errors import DataError, UserError
from pipeline.predicting import typed
from pipeline.predicting.reading import Reading
from pipeline.predicting.request import Source
from pipeline.runner import Finished
from pipeline.tasks.instruction import Instruction
from pipeline.tasks.question_answering import QuestionAnswering
from pipeline.tasks.text_classification import TextClassification
from tests.test_predicting import refused
from tests.test_predicting_columns import texts_answered
from tests.test_predicting_pipes import pipe

CLASSES = TextClassification().columns


@pytest.fixture
def tfidf(finished_run: Finished) -> str:
    """The baseline, which is quick to load."""
    return f"{finished_run.folder}:tfidf"


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def hinted(said: str) -> list[str]:
    """The words of the first ``--columns`` that a message tells a person to type."""
    found = re.search(r"--columns ('.*?'|[^\s;,?]+)", said)
    assert found, said
    return ["--columns", *shlex.split(found[1])]


# ------------------------------------------------------------- hints that are typed again


@pytest.mark.parametrize(
    ("name", "content", "given"),
    [
        ("a.csv", "id,texts\n1,a dull film\n", []),
        ("a.csv", '"text, en"\na dull film\n', []),
        ("a.csv", "my text\na dull film\n", []),
        ("a.csv", "sentence\na dull film\n", ["--columns", "text=sentense"]),
        ("a.csv", "text\na dull film\n", ["--columns", "txt=text"]),
        ("a.csv", "body\na dull film\n", ["--columns", "textt=body"]),
        ("a.csv", "body\na dull film\n", ["--columns", "body=text"]),
        ("a.csv", "a dull film\n", ["--columns", "text=0"]),
        ("a.jsonl", '{"text": {"en": "a dull film"}}\n', []),
        ("a.json", '[{"text": {"en": "a dull film"}}]', []),
        ("a.jsonl", '{"texts": "a dull film"}\n', ["--columns", "text=1"]),
    ],
)
def test_what_a_hint_says_works(
    tfidf: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    name: str, content: str, given: list[str],
) -> None:  # fmt: skip
    source = written(tmp_path, name, content)
    said = refused(capsys, tfidf, "--input", source, *given)
    assert "columns: {" not in said
    words = hinted(said)
    assert texts_answered(capsys, tfidf, "--input", source, *words) == ["a dull film"]


def test_objects_from_parquet_and_pipes_are_met_alike(
    tfidf: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"text": {"en": "a dull film"}}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "a.parquet")
    said = refused(capsys, tfidf, "--input", tmp_path / "a.parquet")
    assert "say which part of it: --columns text=text.en, or flatten it" in said
    said = refused(capsys, tfidf, "--input", tmp_path / "a.parquet", "--columns", "text=1")
    assert "a parquet file has names: text, text.en" in said
    pipe(monkeypatch, json.dumps(row).encode())
    assert "--columns text=text.en" in refused(capsys, tfidf, "--from", "jsonl")
    pipe(monkeypatch, json.dumps(row).encode())
    said = refused(capsys, tfidf, "--from", "jsonl", "--columns", "text=1")
    assert "columns by position are for tables" in said
    assert "--columns text=NAME" in said


def test_rows_without_a_text_are_filled_in_or_passed_over_and_no_recipe_is_named(
    tfidf: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = written(tmp_path, "a.csv", "text,n\n,1\n")
    said = refused(capsys, tfidf, "--input", source)
    assert "fill them in, or leave them without an answer: --blank" in said
    assert "doctor" not in said


def test_a_position_that_no_column_has_may_be_a_name(
    tfidf: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = written(tmp_path, "a.csv", "one,two\n")
    said = refused(capsys, tfidf, "--input", source, "--columns", "text=3")
    assert "give a position from 1 to 2, or its name" in said
    assert "--columns text=NAME" in said


# ------------------------------------------------------------------- tasks of several columns


def refusal(task: QuestionAnswering | Instruction, columns: str, path: Path) -> str:
    reading = Reading.of(task, columns, blank=False)
    stream = reading.stream(Source(file=path), spooled=False)
    with pytest.raises(DataError) as caught:
        reading.survey(stream, Silent())
    return str(caught.value)


def test_every_column_has_a_hint_of_its_own(tmp_path: Path) -> None:
    source = written(tmp_path, "a.jsonl", '{"questions": "Who?", "context_text": "He."}\n')
    said = refusal(QuestionAnswering(), "", source)
    assert "--columns question=questions" in said
    assert "--columns context=context_text" in said
    table = written(tmp_path, "a.csv", "Who?,He.\n")
    said = refusal(QuestionAnswering(), "question=1", table)
    assert "add it: --columns context=2 says" in said


def test_where_any_of_several_would_do_the_nearest_is_named(tmp_path: Path) -> None:
    source = written(tmp_path, "a.jsonl", '{"id": 1, "promt": "Say hello."}\n')
    said = refusal(Instruction(), "", source)
    assert "there are: id, promt" in said
    assert "did you mean 'promt'? then say so: --columns prompt=promt" in said
    source = written(tmp_path, "b.jsonl", '{"id": 1}\n')
    assert "say which one it is: --columns" in refusal(Instruction(), "", source)


def test_columns_may_be_given_one_by_one(
    tfidf: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = written(tmp_path, "a.csv", "one,two\na dull film,a kind film\n")
    words = ["--input", source, "--columns", "text=one", "--columns", "text_pair=two"]
    assert main(["predict", tfidf, *map(str, words)]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert "a dull film" in line
    assert "a kind film" in line


# ----------------------------------------------------------------------------- what is typed


@pytest.mark.parametrize("name", ["body", "a b", "a,b", 'a "b"', "본문", "a.b", "it's", 2])
def test_what_is_spelled_is_read_again(name: str | int) -> None:
    mapping = {"text": name, "text_pair": name}
    flag, words = shlex.split(typed.spelled(mapping))
    assert flag == "--columns"
    assert typed.read(words, CLASSES) == mapping


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "body",
            "'body' is not ours=theirs\n    such as --columns text=NAME; ours are: text",
        ),
        ("text=", "'text=' is not ours=theirs"),
        ("=body", "such as --columns text=body"),
        ("label=team", "'label' is what the task answers with: it is not read"),
        ("text=a,text=b", "'text' is given twice"),
        ("text=0", "positions are counted from 1"),
        ("text=1,text_pair=b", "columns are either all names or all positions"),
        ("txet=a,label=b", "did you mean --columns text=a?"),
    ],
)
def test_what_cannot_be_read_is_met_with_what_can(given: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        typed.read(given, CLASSES)
    assert said in str(caught.value)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(UserError) as caught:
        typed.read("txet=a,label=b,c", CLASSES)
    assert len(caught.value.problems) == 3


# ------------------------------------------------------------------------- and in a recipe


def test_a_recipe_is_answered_as_a_recipe_is_written(tmp_path: Path) -> None:
    asked = Asked({"text": Column("text", "a text")})
    path = written(tmp_path, "a.csv", "texts\na dull film\n")
    with pytest.raises(DataError, match=re.escape("then say so: columns: {text: texts}")):
        files.check([path], asked, key="data.train")
    path = written(tmp_path, "a.jsonl", '{"text": {"en": "a dull film"}}\n')
    with pytest.raises(DataError, match=re.escape("part of it: columns: {text: text.en}, or")):
        files.read([path], asked.columns, {}, names={path: path.name})
    asked = Asked(asked.columns, {"text": 1})
    with pytest.raises(DataError, match=re.escape("columns: {text: text}")):
        files.read([path], asked.columns, asked.mapping, names={path: path.name})
