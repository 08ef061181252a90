from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import components
from pipeline.contracts import Column, Silent
from pipeline.data import files, sources
from pipeline.data.spec import DataSpec
from pipeline.errors import DataError
from tests.data.reading import write

COLUMNS = {"text": Column("text", "the text"), "label": Column("label", "the class")}
PAIRS = {"text": Column("text", "read"), "target": Column("texts", "written")}


def both(folder: Path, texts: str, labels: str) -> dict[str, Path]:
    return {"text": write(folder / "t.txt", texts), "label": write(folder / "l.txt", labels)}


def names(found: dict[str, Path]) -> dict[Path, str]:
    return {path: path.name for path in found.values()}


def test_line_n_of_each_file_is_row_n(tmp_path: Path) -> None:
    found = both(tmp_path, "one, two\nthree\r\n", "1\n0\n")
    table = files.read(found, COLUMNS, {}, names=names(found))
    assert table.to_pylist() == [
        {"row_id": "t.txt:1", "text": "one, two", "label": "1"},
        {"row_id": "t.txt:2", "text": "three", "label": "0"},
    ]


def test_translations_are_read_whatever_their_names_end_in(tmp_path: Path) -> None:
    found = {"text": write(tmp_path / "a.de", "Hund\n"), "target": write(tmp_path / "a.en", "dog")}
    table = files.read(found, PAIRS, {}, names=names(found))
    assert table["target"].to_pylist() == [["dog"]]


def test_files_of_unequal_length_are_refused(tmp_path: Path) -> None:
    found = both(tmp_path, "one\ntwo\nthree\n", "1\n0\n")
    with pytest.raises(DataError, match=r"t\.txt has 3 lines, l\.txt has 2 lines"):
        files.read(found, COLUMNS, {}, names=names(found))


def spec(folder: Path, **given: object) -> DataSpec:
    texts = "".join(f"text number {n}\n" for n in range(40))
    labels = "".join(f"{n % 2}\n" for n in range(40))
    found = both(folder, texts, labels)
    train = {name: str(path) for name, path in found.items()}
    return DataSpec.model_validate({"train": train, **given})


def test_splits_are_made_of_them_as_of_any_rows(tmp_path: Path) -> None:
    task = components.load("tasks", "text-classification")()
    loaded = sources.load(spec(tmp_path), task, seed=0, report=Silent())
    assert loaded.train.num_rows + loaded.validation.num_rows + loaded.test.num_rows == 40
    assert {file["name"] for file in loaded.source["files"]["train"]} == {"t.txt", "l.txt"}


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ({"text": "gone.txt", "label": "l.txt"}, "data.test.text: there is no file"),
        ({"text": "t.txt"}, "data.test: there is no file for the column 'label'"),
        ({"text": ".", "label": "l.txt"}, "is a folder, not a file"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, test: dict[str, str], said: str) -> None:
    given = {name: str(tmp_path / file) for name, file in test.items()}
    problems = sources.inspect(
        spec(tmp_path, test=given), components.load("tasks", "text-classification")()
    )
    assert said in "\n".join(map(str, problems))


def test_a_column_that_the_task_does_not_know_is_said(tmp_path: Path) -> None:
    task = components.load("tasks", "text-classification")()
    problems = sources.inspect(spec(tmp_path, test={"text": "t", "lable": "l"}), task)
    assert "the task has no column 'lable'" in "\n".join(map(str, problems))


def test_they_name_our_columns_already(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="drop columns"):
        spec(tmp_path, columns={"text": "x"})
