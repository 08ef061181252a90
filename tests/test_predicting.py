from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import predicting
from pipeline.cli import main
from pipeline.contracts import ROW_ID
from pipeline.errors import DataError
from pipeline.runner import Finished
from pipeline.tasks.instruction import Instruction

TEXTS = ["the film is charming and witty .", "이 영화는 지루하다", "the plot is dull and hollow ."]


@pytest.fixture
def export(finished_run: Finished, tmp_path: Path) -> Path:
    """A copy of the export, away from its run, for a test to damage."""
    source = finished_run.folder / finished_run.result.exports[0].path
    return Path(shutil.copytree(source, tmp_path / "export"))


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    assert main(["predict", *map(str, arguments)]) == 2
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return said.err


def read(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        return list(pq.read_table(path).to_pylist())
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with path.open(encoding="utf-8", newline="") as file:
        return [row | {"score": float(row["score"])} for row in csv.DictReader(file)]


# ------------------------------------------------------------------------ answers


def test_run_and_export_answer_texts_in_order(
    finished_run: Finished, export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", str(finished_run.folder), *TEXTS]) == 0
    of_run = capsys.readouterr().out
    assert main(["predict", str(export), *TEXTS]) == 0
    assert capsys.readouterr().out == of_run
    lines = [line.split("\t") for line in of_run.splitlines()]
    assert [line[2] for line in lines] == TEXTS
    assert {line[0] for line in lines} <= {"negative", "positive"}
    assert all(0.5 <= float(line[1]) <= 1 for line in lines)


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_answers_are_those_of_the_run_row_for_row(
    finished_run: Finished, tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    known = pq.read_table(finished_run.folder / "predictions.parquet").to_pylist()
    source, output = tmp_path / f"in.{ending}", tmp_path / "new" / f"out.{ending}"
    texts = [row["text"] for row in known]
    if ending == "parquet":
        pq.write_table(pa.table({"sentence": texts}), source)
    elif ending == "jsonl":
        source.write_text("".join(json.dumps({"sentence": text}) + "\n" for text in texts))
    else:
        with source.open("w", newline="") as file:
            csv.writer(file).writerows([["sentence"], *([text] for text in texts)])
    arguments = ["--input", str(source), "--columns", "text=sentence", "--output", str(output)]
    assert main(["predict", str(finished_run.folder), *arguments]) == 0
    assert f"{len(known)} answers: {output}" in capsys.readouterr().out
    answers = read(output)
    assert [row["text"] for row in answers] == texts
    assert [row["label"] for row in answers] == [row["lora"] for row in known]
    assert [row["score"] for row in answers] == pytest.approx(
        [row["lora/score"] for row in known], abs=1e-5
    )
    assert answers[0]["row_id"].startswith(f"{source.name}:")


def test_korean_and_line_breaks_survive(
    finished_run: Finished, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = ["이 영화는 지루하다", 'two\nlines, and "quotes"']
    source, output = tmp_path / "in.jsonl", tmp_path / "out.csv"
    source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    arguments = ["predict", str(finished_run.folder), "--input", str(source)]
    assert main([*arguments, "--output", str(output)]) == 0
    assert [row["text"] for row in read(output)] == texts
    capsys.readouterr()
    assert main(arguments) == 0
    shown = [line.split("\t")[2] for line in capsys.readouterr().out.splitlines()]
    assert shown == [texts[0], 'two lines, and "quotes"']


# ------------------------------------------------------------------------ mistakes


def test_either_texts_or_a_file(
    finished_run: Finished, rows_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished_run.folder
    assert "give either texts or --input FILE" in refused(capsys, run)
    assert "give either texts or --input FILE" in refused(capsys, run, "x", "--input", rows_csv)
    said = refused(capsys, run, "good", " ")
    assert "1 row has an empty text in 'text': 2" in said


def test_files_that_cannot_be_read_or_written_are_named(
    finished_run: Finished, rows_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished_run.folder
    said = refused(capsys, run, "x", "--output", "answers.xlsx")
    assert "answers.xlsx: cannot write '.xlsx' files" in said
    assert ".csv, .jsonl, .parquet" in said
    assert "no.csv: there is no such file" in refused(capsys, run, "--input", "no.csv")
    said = refused(capsys, run, "--input", rows_csv, "--columns", "text=sentence")
    assert "there is no column 'sentence'; there are: 'text', 'label'" in said
    said = refused(capsys, run, "--input", rows_csv, "--columns", "txt=text")
    assert "did you mean 'text'?" in said
    (tmp_path / "file").touch()
    said = refused(capsys, run, *TEXTS, "--output", tmp_path / "file" / "out.csv")
    assert "a file stands where a folder is needed" in said


def test_a_task_whose_columns_stand_in_for_each_other_reads_texts_as_the_first() -> None:
    task = Instruction()
    table = predicting._from_texts(["what is a mode?"], task)
    assert table.column_names == [ROW_ID, "prompt"]
    assert task.texts(table) == ["what is a mode?"]
    with pytest.raises(DataError, match="none of the columns that instruction reads: prompt, inp"):
        predicting._refuse_empty(table.rename_columns([ROW_ID, "question"]), task)
