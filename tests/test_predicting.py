from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import opening
from pipeline.cli import main
from pipeline.contracts import ROW_ID, Predictions, Reporter, Silent
from pipeline.data import streams
from pipeline.data.streams import Stream
from pipeline.errors import DataError
from pipeline.predicting import reading
from pipeline.predicting.request import Source
from pipeline.runner import Finished
from pipeline.tasks.instruction import Instruction
from pipeline.tasks.text_classification import TextClassification

TEXTS = ["the film is charming and witty .", "이 영화는 지루하다", "the plot is dull and hollow ."]


@pytest.fixture
def export(finished_run: Finished, tmp_path: Path) -> Path:
    """A copy of the export, away from its run, for a test to damage."""
    source = finished_run.folder / finished_run.result.exports[0].path
    return Path(shutil.copytree(source, tmp_path / "export"))


@pytest.fixture
def tfidf(finished_run: Finished) -> str:
    """The baseline, which is quick to load."""
    return f"{finished_run.folder}:tfidf"


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
        if path.suffix == ".tsv":
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        else:
            rows = list(csv.DictReader(file))
    return [row | {"score": float(row["score"] or 0)} for row in rows]


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


@pytest.mark.parametrize("contender", ["lora", "tfidf"])
@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "parquet"])
def test_answers_are_those_of_the_run_row_for_row(
    finished_run: Finished,
    tmp_path: Path,
    ending: str,
    contender: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    known = pq.read_table(finished_run.folder / "predictions.parquet").to_pylist()
    source, output = tmp_path / f"in.{ending}", tmp_path / "new" / f"out.{ending}"
    rows = [{"sentence": row["text"], "mine": f"{n:03}"} for n, row in enumerate(known)]
    if ending == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), source)
    elif ending == "jsonl":
        source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        with source.open("w", newline="") as file:
            table = csv.DictWriter(file, rows[0], delimiter="\t" if ending == "tsv" else ",")
            table.writeheader()
            table.writerows(rows)
    name = str(finished_run.folder) + (":tfidf" if contender == "tfidf" else "")
    arguments = ["--input", str(source), "--columns", "text=sentence", "--output", str(output)]
    assert main(["predict", name, *arguments]) == 0
    assert f"{len(known)} answers: {output}" in capsys.readouterr().out
    answers = read(output)
    assert list(answers[0]) == ["sentence", "mine", "label", "score"]
    assert [{"sentence": row["sentence"], "mine": row["mine"]} for row in answers] == rows
    assert [row["label"] for row in answers] == [row[contender] for row in known]
    assert [row["score"] for row in answers] == pytest.approx(
        [row[f"{contender}/score"] for row in known], abs=1e-5
    )


def test_korean_and_line_breaks_survive(
    tfidf: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = ["이 영화는 지루하다", 'two\nlines, and "quotes"']
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    for ending in ("csv", "jsonl", "parquet"):
        output = tmp_path / f"out.{ending}"
        assert main(["predict", tfidf, "--input", str(source), "--output", str(output)]) == 0
        assert [row["text"] for row in read(output)] == texts
    capsys.readouterr()
    output = tmp_path / "out.tsv"
    assert main(["predict", tfidf, "--input", str(source), "--output", str(output)]) == 0
    assert "become blanks in TSV" in capsys.readouterr().err
    assert [row["text"] for row in read(output)] == [texts[0], 'two lines, and "quotes"']
    assert main(["predict", tfidf, "--input", str(source)]) == 0
    shown = [line.split("\t")[2] for line in capsys.readouterr().out.splitlines()]
    assert shown == [texts[0], 'two lines, and "quotes"']


def test_probabilities_of_all_classes_and_what_is_kept_of_the_input(
    tfidf: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, output = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_text("id,text,label\n7,a dull film,gold\n")
    arguments = ["predict", tfidf, "--input", str(source), "--output", str(output)]
    assert main([*arguments, "--probabilities"]) == 0
    (row,) = read(output)
    shares = [row["probability_negative"], row["probability_positive"]]
    assert sum(shares) == pytest.approx(1, abs=1e-5)
    assert row["score"] == max(shares)
    # The input's own label stays what it was.
    assert row["label"] == "gold"
    assert row["predicted_label"] == ("negative", "positive")[shares.index(max(shares))]
    assert "the input has 'label' already" in capsys.readouterr().err
    for keep, left in (("none", []), ("label,id", ["label", "id"]), ("id", ["id"])):
        assert main([*arguments, "--keep", keep]) == 0
        named = "predicted_label" if "label" in left else "label"
        assert list(read(output)[0]) == [*left, named, "score"]
    assert main(["predict", tfidf, "a dull film", "--probabilities"]) == 0
    assert re.search(r"\t(\w+tive) 0\.\d+, \w+tive 0\.\d+\ta dull", capsys.readouterr().out)


def test_chunks_leave_no_seam(tfidf: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "in.csv"
    texts = [f"the film number {n} is {'dull' if n % 3 else 'charming'}" for n in range(25)]
    source.write_text("text\n" + "".join(f"{text}\n" for text in texts))
    found = {}
    for size in (4, 25, 4096):
        monkeypatch.setattr(streams, "ROWS", size)
        output = tmp_path / f"{size}.parquet"
        assert main(["predict", tfidf, "--input", str(source), "--output", str(output)]) == 0
        found[size] = read(output)
    assert found[4] == found[25] == found[4096]
    assert [row["text"] for row in found[4]] == texts
    monkeypatch.setattr(streams, "_CHARACTERS", 30)
    stream = streams.of_file(
        source, reading.Reading.of(TextClassification(), "", blank=False).asked
    )
    whole = reading.Reading.of(TextClassification(), "", blank=False)
    sizes = [len(chunk.rows) for chunk in whole.chunks(stream, refuse_blank=True)]
    assert sum(sizes) == 25
    assert max(sizes) <= 2


def test_rows_without_a_text_are_refused_all_at_once_or_left_without_an_answer(
    tfidf: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "ROWS", 2)
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("n,text\n1,\n2,  \n3,good\n4,\n5,bad\n6,\n")
    said = refused(capsys, tfidf, "--input", source, "--output", output)
    assert "4 rows have an empty text in 'text': in.csv:2, in.csv:3, in.csv:5, in.csv:7" in said
    assert "--blank" in said
    assert not output.exists()
    arguments = ["predict", tfidf, "--input", str(source), "--blank"]
    for ending in ("csv", "parquet", "jsonl"):
        output = tmp_path / f"out.{ending}"
        assert main([*arguments, "--output", str(output)]) == 0
        rows = read(output)
        assert [str(row["n"]) for row in rows] == list("123456")
        assert [bool(row["label"]) for row in rows] == [False, False, True, False, True, False]
    capsys.readouterr()
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.rpartition("\t")[2] for line in lines] == ["", "", "good", "", "bad", ""]


# ------------------------------------------------------------------------ mistakes


def test_texts_and_a_file_are_one_too_many(
    finished_run: Finished, rows_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished_run.folder
    assert "give either texts or --input FILE" in refused(capsys, run, "x", "--input", rows_csv)
    said = refused(capsys, run, "good", " ")
    assert "1 row has an empty text in 'text': the texts:2" in said


def test_files_that_cannot_be_read_or_written_are_named(
    finished_run: Finished, rows_csv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished_run.folder
    said = refused(capsys, run, "x", "--output", "answers.xlsx")
    assert "answers.xlsx: cannot write '.xlsx' files" in said
    assert ".csv, .tsv, .jsonl, .parquet" in said
    assert "no.csv: there is no such file" in refused(capsys, run, "--input", "no.csv")
    said = refused(capsys, run, "--input", rows_csv, "--columns", "text=sentence")
    assert "there is no column 'sentence'; there are: 'text', 'label'" in said
    said = refused(capsys, run, "--input", rows_csv, "--columns", "txt=text")
    assert "did you mean --columns text=text? ours are: text, text_pair" in said
    (tmp_path / "file").touch()
    said = refused(capsys, run, *TEXTS, "--output", tmp_path / "file" / "out.csv")
    assert "a file stands where a folder is needed" in said


def test_what_cannot_be_kept_is_told_before_the_model_is_loaded(
    finished_run: Finished, rows_csv: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    output = tmp_path / "o.csv"
    said = refused(
        capsys, finished_run.folder, "--input", rows_csv, "--keep", "txet", "--output", output
    )
    assert "the input has no column 'txet'" in said
    assert "did you mean 'text'?" in said
    assert "loading" not in said


def test_a_baseline_that_is_not_there_is_told_with_those_that_are(
    finished_run: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, f"{finished_run.folder}:tfdif", "x")
    assert "there is no baseline 'tfdif' in this run" in said
    assert "did you mean 'tfidf'?" in said


def test_nothing_is_left_under_the_final_name_by_what_stops_half_way(
    tfidf: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, output = tmp_path / "in.csv", tmp_path / "out" / "out.csv"
    source.write_text("text\n" + "good\n" * 10)
    monkeypatch.setattr(streams, "ROWS", 4)
    fitted: Any = type(opening.find(tfidf, Silent()).load(Silent()))
    before = fitted.predict
    calls = iter(range(10))

    def stopping(self: Any, table: pa.Table, report: Reporter) -> Predictions:
        if next(calls) == 1:
            raise KeyboardInterrupt
        answers: Predictions = before(self, table, report)
        return answers

    monkeypatch.setattr(fitted, "predict", stopping)
    assert main(["predict", tfidf, "--input", str(source), "--output", str(output)]) == 130
    assert "no answer was written" in capsys.readouterr().err
    assert list(output.parent.iterdir()) == []


def test_a_task_whose_columns_stand_in_for_each_other_reads_texts_as_the_first() -> None:
    task = Instruction()
    whole = reading.Reading.of(task, "", blank=False)
    stream = whole.stream(Source(texts=["what is a mode?"]), spooled=False)
    (chunk,) = whole.chunks(stream, refuse_blank=True)
    assert chunk.table.column_names == [ROW_ID, "prompt"]
    assert task.texts(chunk.table) == ["what is a mode?"]
    other = Stream("x.csv", lambda: iter([(2, {"question": "what?"})]))
    with pytest.raises(DataError, match="none of the columns that instruction reads: prompt, inp"):
        list(whole.chunks(other, refuse_blank=True))
