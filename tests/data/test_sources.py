from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.contracts import Reporter, Silent, Splits
from pipeline.data.fingerprint import fingerprint
from pipeline.data.sources import inspect, load
from pipeline.data.spec import DataSpec
from pipeline.errors import DataError
from pipeline.tasks.text_classification import TextClassification

TASK = TextClassification()


class Warnings(Silent):
    def __init__(self) -> None:
        self.said: list[str] = []

    def warn(self, message: str) -> None:
        self.said.append(message)


def write(path: Path, rows: list[tuple[str, str]]) -> str:
    path.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))
    return str(path)


def many(prefix: str, count: int = 40) -> list[tuple[str, str]]:
    return [(f"{prefix} {i}", "ab"[i % 2]) for i in range(count)]


def run(report: Reporter | None = None, seed: int = 0, **given: Any) -> Splits:
    return load(DataSpec(**given), TASK, seed=seed, report=report or Silent())


def texts(table: pa.Table) -> set[str]:
    return set(table["text"].to_pylist())


def test_what_is_absent_is_carved_and_said(tmp_path: Path) -> None:
    splits = run(train=write(tmp_path / "a.csv", many("x", 100)))
    sizes = (splits.train.num_rows, splits.validation.num_rows, splits.test.num_rows)
    assert sizes == (65, 15, 20) or sizes == (64, 16, 20)
    assert [note.split(":")[0] for note in splits.notes] == ["test", "validation"]


def test_the_test_rows_do_not_depend_on_what_training_keeps(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", many("x", 100))
    prints = {
        run(train=path, **cut).fingerprints["test"]
        for cut in ({}, {"per_class": 4}, {"limit": 9}, {"per_class": 4, "validation": "rest"})
    }
    assert len(prints) == 1
    assert run(train=path, seed=1).fingerprints["test"] not in prints


def test_rest_is_all_that_test_and_training_leave(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", many("x", 100))
    splits = run(train=path, per_class=8, validation="rest", test=0.3)
    assert [splits.train.num_rows, splits.validation.num_rows, splits.test.num_rows] == [16, 54, 30]
    assert not any("not used" in note for note in splits.notes)


def test_rows_that_per_class_leaves_unused_are_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", many("x", 100))
    splits = run(train=path, per_class=8, validation=0.1, test=0.3)
    assert "train: 44 rows are not used, by per_class" in splits.notes


def test_the_source_names_files_by_hash_and_no_folder(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", many("x"))
    described = run(train=path).source["files"]["train"][0]
    assert described["name"] == "a.csv"
    assert described["bytes"] == Path(path).stat().st_size
    assert len(described["sha256"]) == 64
    assert str(tmp_path) not in str(described)


@pytest.fixture
def overlapping(tmp_path: Path) -> dict[str, Any]:
    return {
        "train": write(tmp_path / "train.csv", [*many("x"), ("both", "a")]),
        "validation": write(tmp_path / "dev.csv", [*many("y"), ("both", "a"), ("x 0", "a")]),
        "test": write(tmp_path / "test.csv", [*many("z"), ("both", "b")]),
    }


def test_texts_in_two_splits_are_warned_of_and_noted(overlapping: dict[str, Any]) -> None:
    report = Warnings()
    splits = run(report, **overlapping)
    assert splits.train.num_rows == 41
    assert len(report.said) == 3
    assert any(
        "train: 1 row has a text that is in test too: train.csv:42" in x for x in report.said
    )
    assert any("2 rows have texts that are in validation too" in note for note in splits.notes)


def test_texts_in_two_splits_are_dropped_from_training_first(overlapping: dict[str, Any]) -> None:
    report = Warnings()
    splits = run(report, duplicates="drop", **overlapping)
    assert report.said == []
    assert "both" in texts(splits.test)
    assert texts(splits.validation) == {*(f"y {i}" for i in range(40)), "x 0"}
    assert texts(splits.train) == {f"x {i}" for i in range(1, 40)}
    assert "train: dropped 1 row whose text is in test too" in splits.notes


def test_texts_in_two_splits_can_stop_the_run(overlapping: dict[str, Any]) -> None:
    with pytest.raises(DataError, match=r"in test too: train\.csv:42"):
        run(duplicates="error", **overlapping)


def test_missing_texts_and_labels_of_all_splits_are_told_at_once(tmp_path: Path) -> None:
    train = write(tmp_path / "train.csv", [*many("x"), ("", "a"), ("  ", "b")])
    test = write(tmp_path / "test.csv", [*many("z"), ("w", "")])
    with pytest.raises(DataError) as caught:
        run(train=train, test=test)
    message = str(caught.value)
    assert "train: 2 rows have an empty text in 'text': train.csv:42, train.csv:43" in message
    assert "test: 1 row has no label in 'label': test.csv:42" in message


def test_the_task_has_the_last_word(tmp_path: Path) -> None:
    train, test = write(tmp_path / "a.csv", many("x")), write(tmp_path / "b.csv", [("q", "new")])
    with pytest.raises(DataError, match="'new'"):
        run(train=train, test=test)


def test_splits_with_other_columns_are_refused(tmp_path: Path) -> None:
    train = write(tmp_path / "a.csv", many("x"))
    (tmp_path / "b.csv").write_text("text,text_pair,label\nu,v,a\n")
    with pytest.raises(DataError, match="test has the columns text, text_pair, label"):
        run(train=train, test=str(tmp_path / "b.csv"))


def test_inspect_finds_files_and_columns_without_reading_rows(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("sentence,label\nragged\n")
    spec = DataSpec(
        train=str(tmp_path / "train.csv"), test=str(tmp_path / "tset.csv"), columns={"txt": "x"}
    )
    said = "\n".join(map(str, inspect(spec, TASK)))
    assert "the task has no column 'txt'" in said
    assert "there is no column 'text'" in said
    assert "there is no file" in said
    good = DataSpec(train=str(tmp_path / "train.csv"), columns={"text": "sentence"})
    assert inspect(good, TASK) == []
    assert inspect(DataSpec(hub="nobody/nothing"), TASK) == []


def test_fingerprints_are_of_content_and_order_not_of_chunks_or_names() -> None:
    def table(rows: list[str], name: str = "a") -> pa.Table:
        ids = [f"{name}:{i}" for i in range(len(rows))]
        return pa.table({"row_id": ids, "text": rows, "label": ["x"] * len(rows)})

    whole = fingerprint(table(["a", "bc", "", "é"]))
    parts = pa.concat_tables([table(["a", "bc"]), table(["", "é"], "b")])
    assert fingerprint(parts) == whole
    assert fingerprint(table(["?", "a", "bc", "", "é", "!"]).slice(1, 4)) == whole
    assert fingerprint(table(["ab", "c", "", "é"])) != whole
    assert fingerprint(table(["bc", "a", "", "é"])) != whole
