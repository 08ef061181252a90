"""``graft predict`` with rows from standard input, and from somebody who types."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.runner import Finished
from tests.test_predicting import read, refused


@pytest.fixture
def tfidf(finished_run: Finished) -> str:
    """The baseline, which is quick to load."""
    return f"{finished_run.folder}:tfidf"


def pipe(monkeypatch: pytest.MonkeyPatch, content: bytes, *, terminal: bool = False) -> None:
    """Let standard input hold these bytes."""

    class Stdin(io.TextIOWrapper):
        def isatty(self) -> bool:
            return terminal

    monkeypatch.setattr("sys.stdin", Stdin(io.BytesIO(content), encoding="utf-8"))


def test_standard_input_is_lines_or_what_it_is_said_to_be(
    tfidf: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, "a dull film\n이 영화\n".encode())
    assert main(["predict", tfidf]) == 0
    assert [line.split("\t")[2] for line in capsys.readouterr().out.splitlines()] == [
        "a dull film",
        "이 영화",
    ]
    rows = [{"text": "a dull film", "deep": {"x": [1]}}, {"text": "good", "other": None}]
    pipe(monkeypatch, "".join(json.dumps(row) + "\n" for row in rows).encode())
    assert main(["predict", tfidf, "--from", "jsonl", "--to", "jsonl"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [{k: v for k, v in row.items() if k not in ("label", "score")} for row in found] == rows
    pipe(monkeypatch, b'id\ttext\n1\ta "dull" film\n')
    output = tmp_path / "out.csv"
    assert main(["predict", tfidf, "--from", "tsv", "--output", str(output)]) == 0
    assert read(output)[0]["text"] == 'a "dull" film'


def test_a_pipe_is_answered_while_it_is_read(
    tfidf: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, b"good film\n" * 300 + b"\xff\xfe broken\n")
    assert main(["predict", tfidf]) == 2
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 256
    assert "standard input:301: it is not UTF-8" in said.err


def test_a_later_column_of_a_pipe_is_refused_where_the_header_is_written_already(
    tfidf: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = b'{"text": "good"}\n' * 256 + b'{"text": "bad", "late": 1}\n'
    pipe(monkeypatch, rows)
    said = refused(capsys, tfidf, "--from", "jsonl", "--to", "csv")
    assert "a row has 'late', which none of the first rows has" in said
    pipe(monkeypatch, rows)
    output = tmp_path / "out.csv"
    assert main(["predict", tfidf, "--from", "jsonl", "--output", str(output)]) == 0
    assert [row["late"] for row in read(output)][-2:] == ["", "1"]


def test_somebody_who_types_is_asked_and_answered_one_by_one(
    tfidf: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, b"", terminal=True)
    typed = iter(["a dull film", "", "  ", "이 영화는 지루하다"])
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", ask)
    assert main(["predict", tfidf]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert asked == ["> "] * 5
    assert [line.split("\t")[0] in ("negative", "positive") for line in lines] == [
        True,
        True,
        False,
    ]
    assert all(len(line.split("\t")) == 2 for line in lines[:2])


def test_nothing_at_all_is_told(
    tfidf: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, b"")
    assert "standard input: there are no rows" in refused(capsys, tfidf)
