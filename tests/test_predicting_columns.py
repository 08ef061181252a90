"""``graft predict`` knows what the run's own rows called their columns."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from pipeline.cli import main
from pipeline.errors import DataError
from pipeline.predicting.reading import Reading
from pipeline.predicting.request import Source
from pipeline.runner import Finished
from pipeline.tasks.text_classification import TextClassification
from tests.test_predicting import TEXTS, refused
from tests.test_predicting_pipes import pipe


def trained_on(run: Finished, folder: Path, columns: dict[str, str | int]) -> Path:
    """A copy of a run whose own rows called their columns so."""
    copied = Path(shutil.copytree(run.folder, folder / "run"))
    recipe = copied / "recipe.yaml"
    tree = yaml.safe_load(recipe.read_text(encoding="utf-8"))
    tree["data"]["columns"] = columns
    recipe.write_text(yaml.safe_dump(tree), encoding="utf-8")
    facts = copied / "adapter" / "graft.json"
    kept = {"columns": {"text": columns["text"]}}
    facts.write_text(json.dumps(json.loads(facts.read_text("utf-8")) | kept), encoding="utf-8")
    return copied


def texts_answered(capsys: pytest.CaptureFixture[str], *words: str | Path) -> list[str]:
    assert main(["predict", *map(str, words)]) == 0
    return [line.split("\t")[2] for line in capsys.readouterr().out.splitlines()]


def test_columns_may_be_called_as_the_run_s_rows_called_them(
    finished_run: Finished, tmp_path: Path
) -> None:
    run = trained_on(finished_run, tmp_path, {"text": "body", "label": "team"})
    for model in (str(run), f"{run}:tfidf"):
        for header in ("body", "text"):
            source = tmp_path / f"{header}.csv"
            source.write_text(f"{header}\na kind film\n", encoding="utf-8")
            output = tmp_path / "out.csv"
            words = ["predict", model, "--input", str(source), "--output", str(output)]
            assert main(words) == 0
            assert output.read_text(encoding="utf-8").startswith(f"{header},label,score")


def test_an_export_that_was_moved_still_knows_them(
    finished_run: Finished, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = trained_on(finished_run, tmp_path, {"text": "body", "label": "team"})
    moved = Path(shutil.move(run / "adapter", tmp_path / "elsewhere"))
    source = tmp_path / "in.csv"
    source.write_text("team,body\nx,a kind film\n", encoding="utf-8")
    assert texts_answered(capsys, moved, "--input", source) == ["a kind film"]
    facts = json.loads((moved / "graft.json").read_text(encoding="utf-8"))
    (moved / "graft.json").write_text(json.dumps(facts | {"columns": {"text": 2}}))
    source.write_text("x,a kind film\ny,a dull film\n", encoding="utf-8")
    assert main(["predict", str(moved), "--input", str(source)]) == 0
    said = capsys.readouterr()
    assert [line.split("\t")[2] for line in said.out.splitlines()] == ["a kind film", "a dull film"]
    assert "read without a header, as the run's rows were (text is column 2)" in said.err


def test_an_export_from_before_it_said_so_has_them_from_its_run_alone(
    finished_run: Finished, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = trained_on(finished_run, tmp_path, {"text": "body", "label": "team"})
    facts = json.loads((run / "adapter" / "graft.json").read_text(encoding="utf-8"))
    del facts["columns"]
    (run / "adapter" / "graft.json").write_text(json.dumps(facts), encoding="utf-8")
    source = tmp_path / "in.csv"
    source.write_text("body\na kind film\n", encoding="utf-8")
    assert texts_answered(capsys, run, "--input", source) == ["a kind film"]
    moved = Path(shutil.move(run / "adapter", tmp_path / "elsewhere"))
    assert "there is no column 'text'" in refused(capsys, moved, "--input", source)
    words: list[str | Path] = ["--input", source, "--columns", "text=body"]
    assert texts_answered(capsys, moved, *words) == ["a kind film"]


def test_a_file_like_the_run_s_own_is_read_as_it_was_whatever_else_it_holds(
    finished_run: Finished, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Also where a column beside the run's own bears our name."""
    model = f"{trained_on(finished_run, tmp_path, {'text': 'body.en'})}:tfidf"
    rows = [{"text": "7", "body": {"en": text}} for text in TEXTS]
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert texts_answered(capsys, model, "--input", source) == TEXTS
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet")
    assert texts_answered(capsys, model, "--input", tmp_path / "in.parquet") == TEXTS
    pipe(monkeypatch, source.read_bytes())
    assert texts_answered(capsys, model, "--from", "jsonl") == TEXTS
    words: list[str | Path] = ["--input", source, "--columns", "text=text"]
    assert texts_answered(capsys, model, *words) == ["7", "7", "7"]


def test_a_file_without_a_header_is_read_by_the_run_s_positions(
    finished_run: Finished, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    model = f"{trained_on(finished_run, tmp_path, {'label': 1, 'text': 3})}:tfidf"
    lines = [f"good\t{n}\t{text}\n" for n, text in enumerate(TEXTS)]
    for ending, mark in (("csv", ","), ("tsv", "\t"), ("txt", "\t")):
        source = tmp_path / f"in.{ending}"
        source.write_text("".join(lines).replace("\t", mark), encoding="utf-8")
        assert main(["predict", model, "--input", str(source)]) == 0
        said = capsys.readouterr()
        assert [line.split("\t")[2] for line in said.out.splitlines()] == TEXTS
        assert "read without a header, as the run's rows were (text is column 3)" in said.err
    pipe(monkeypatch, "".join(lines).encode())
    assert texts_answered(capsys, model, "--from", "tsv") == TEXTS

    named = {"in.csv": "a,text\n1,a dull film\n", "in.jsonl": '{"text": "a dull film"}\n',
             "in.txt": "a dull film\n"}  # fmt: skip
    for name, content in named.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        assert main(["predict", model, "--input", str(tmp_path / name)]) == 0
        said = capsys.readouterr()
        assert said.out.splitlines()[0].endswith("\ta dull film")
        assert len(said.out.splitlines()) == 1
        assert "without a header" not in said.err
    assert texts_answered(capsys, model, "a dull film") == ["a dull film"]
    (tmp_path / "in.csv").write_text("good,a dull film\n", encoding="utf-8")
    said_so = refused(capsys, model, "--input", tmp_path / "in.csv")
    assert "'text' is to be column 3, but there are 2 columns" in said_so
    words: list[str | Path] = ["--input", tmp_path / "in.csv", "--columns", "text=2"]
    assert texts_answered(capsys, model, *words) == ["a dull film"]


@pytest.mark.parametrize(
    "first", ["body\tteam", "Text\tTeam", " TEXT \tlabel", "id\tlabel", "문장\t분류"]
)
def test_names_of_columns_are_not_answered_though_the_run_s_rows_had_none(
    finished_run: Finished, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch, first: str,
) -> None:  # fmt: skip
    """Where it cannot be known whether they are names, the person says so, in either way."""
    model = f"{trained_on(finished_run, tmp_path, {'text': 1, 'label': 2})}:tfidf"
    rows = f"{first}\n" + "".join(f"{text}\tgood\n" for text in TEXTS)
    name = first.split("\t")[0]
    for ending, mark in (("tsv", "\t"), ("txt", "\t"), ("csv", ",")):
        source = tmp_path / f"in.{ending}"
        source.write_text(rows.replace("\t", mark), encoding="utf-8")
        said = refused(capsys, model, "--input", source)
        assert "its first row seems to name columns" in said
        by_name, by_position = (f"--columns {shlex.quote(f'text={one}')}" for one in (name, 1))
        assert f"{by_name}; or, where it is a row like the others: {by_position}" in said
        words: list[str | Path] = ["--input", source, *shlex.split(by_name)]
        assert texts_answered(capsys, model, *words) == TEXTS
        words = ["--input", source, *shlex.split(by_position)]
        assert texts_answered(capsys, model, *words) == [name.strip(), *TEXTS]
    pipe(monkeypatch, rows.encode())
    assert "seems to name columns" in refused(capsys, model, "--from", "tsv")


def test_a_header_that_names_our_columns_is_read_and_told(
    finished_run: Finished, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    model = f"{trained_on(finished_run, tmp_path, {'label': 1, 'text': 2})}:tfidf"
    rows = "n,text\n" + "".join(f"{n},{text}\n" for n, text in enumerate(TEXTS))
    source = tmp_path / "in.csv"
    source.write_text(rows, encoding="utf-8")
    assert main(["predict", model, "--input", str(source)]) == 0
    said = capsys.readouterr()
    assert [line.split("\t")[2] for line in said.out.splitlines()] == TEXTS
    assert "read by its header, though the run's rows had none" in said.err
    assert "where the first row is one to answer: --columns text=2" in said.err
    words: list[str | Path] = ["--input", source, "--columns", "text=2"]
    assert texts_answered(capsys, model, *words) == ["text", *TEXTS]
    pipe(monkeypatch, rows.replace("n,text", "n, text").encode())
    assert texts_answered(capsys, model, "--from", "csv") == TEXTS


@pytest.mark.parametrize(
    "first", ["a film about the body\tgood", "이 문장은 짧다\tgood", "good\tcomment", "7\t8"]
)
def test_a_first_row_of_ordinary_text_is_answered(
    finished_run: Finished, tmp_path: Path, capsys: pytest.CaptureFixture[str], first: str
) -> None:
    model = f"{trained_on(finished_run, tmp_path, {'text': 1, 'label': 2})}:tfidf"
    source = tmp_path / "in.tsv"
    rows = [first, *(f"{text}\tgood" for text in TEXTS)]
    source.write_text("\n".join(rows), encoding="utf-8")
    assert texts_answered(capsys, model, "--input", source) == [first.split("\t")[0], *TEXTS]


def test_all_positions_of_a_run_are_named_where_its_rows_are_pairs(tmp_path: Path) -> None:
    reading = Reading.of(
        TextClassification(), "", blank=False, usual={"text": 1, "text_pair": 2, "label": 3}
    )
    source = tmp_path / "in.tsv"
    source.write_text("premise\thypothesis\tgold\na\tb\tc\n", encoding="utf-8")
    stream = reading.stream(Source(file=source), spooled=False)
    with pytest.raises(DataError) as caught:
        next(stream.rows())
    said = str(caught.value)
    assert "say so: --columns text=premise,text_pair=hypothesis; or" in said
    assert said.endswith("--columns text=1,text_pair=2")
