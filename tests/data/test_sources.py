from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pytest

from pipeline.contracts import Column, Silent, Splits
from pipeline.data.doctor.spec import DoctorSpec
from pipeline.data.fingerprint import fingerprint
from pipeline.data.kinds import TYPES
from pipeline.data.sources import inspect, load
from pipeline.data.spec import DataSpec
from pipeline.errors import DataError
from pipeline.tasks.text_classification import TextClassification
from tests.data.reading import LM, NER, QA, Notes

TASK = TextClassification()


class Free(TextClassification):
    """A task without classes."""

    def labels(self, train: pa.Table) -> tuple[str, ...]:
        del train
        return ()

    def check(self, splits: Splits) -> None:
        """All rows will do."""


class Questions(Free):
    columns: ClassVar[Mapping[str, Column]] = QA
    group_by: ClassVar[tuple[str, ...]] = ("context",)


class Tagging(Free):
    columns: ClassVar[Mapping[str, Column]] = NER


class Texts(Free):
    columns: ClassVar[Mapping[str, Column]] = LM


def write(path: Path, rows: list[tuple[str, str]]) -> str:
    path.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))
    return str(path)


def many(prefix: str, count: int = 40) -> list[tuple[str, str]]:
    return [(f"{prefix} {i}", "ab"[i % 2]) for i in range(count)]


def run(doctor: DoctorSpec | None = None, seed: int = 0, **given: Any) -> Splits:
    return load(DataSpec(**given), TASK, doctor=doctor, seed=seed, report=Silent())


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
        "validation": write(tmp_path / "dev.csv", [*many("y"), ("both", "a"), ("X  0!", "a")]),
        "test": write(tmp_path / "test.csv", [*many("z"), ("both", "b")]),
    }


def test_nothing_is_dropped_unless_the_recipe_says_so(overlapping: dict[str, Any]) -> None:
    splits = run(**overlapping)
    sizes = (splits.train.num_rows, splits.validation.num_rows, splits.test.num_rows)
    assert sizes == (41, 42, 41)
    assert splits.notes == ()


def test_texts_in_two_splits_are_dropped_from_training_first(overlapping: dict[str, Any]) -> None:
    splits = run(DoctorSpec(duplicates="drop"), **overlapping)
    assert "both" in texts(splits.test)
    assert texts(splits.validation) == {*(f"y {i}" for i in range(40)), "X  0!"}
    assert texts(splits.train) == {f"x {i}" for i in range(1, 40)}
    assert "train: dropped 1 row whose text is in test too" in splits.notes


def test_repeats_and_conflicts_are_dropped_from_training_alone(tmp_path: Path) -> None:
    odd = [("same", "a"), ("same", "a"), ("torn", "a"), ("Torn.", "b")]
    given: dict[str, Any] = {
        name: write(tmp_path / f"{name}.csv", [*many(name), *odd])
        for name in ("train", "validation", "test")
    }
    splits = run(DoctorSpec(repeats="drop", conflicts="drop"), **given)
    assert (splits.train.num_rows, splits.validation.num_rows) == (41, 44)
    assert splits.test.num_rows == 44
    assert splits.notes == (
        "train: dropped 1 row that stood there before",
        "train: dropped 2 rows whose text has two answers",
    )


def dated(path: Path, count: int = 60) -> str:
    lines = [f"text {n},{'ab'[n % 2]},2026-{n % 12 + 1:02d}-01,{n % 9}" for n in range(count)]
    path.write_text("text,label,day,author\n" + "\n".join(lines) + "\n")
    return str(path)


def test_rows_can_be_divided_by_time(tmp_path: Path) -> None:
    splits = run(train=dated(tmp_path / "a.csv"), split={"time": "day"})
    month = {name: {int(text.split()[1]) % 12 + 1 for text in texts(getattr(splits, name))}
             for name in ("train", "validation", "test")}  # fmt: skip
    assert month == {"train": {*range(1, 9)}, "validation": {9, 10}, "test": {11, 12}}
    assert splits.train.column_names == ["row_id", "text", "label"]
    assert "test: 10 of 60 rows carved (0.2), the latest by 'day'" in splits.notes


def test_rows_can_be_kept_together_by_a_column(tmp_path: Path) -> None:
    path = dated(tmp_path / "a.csv")
    ways: tuple[dict[str, Any], ...] = ({}, {"validation": "rest", "limit": 20})
    for rest in ways:
        splits = run(train=path, split={"group": "author"}, **rest)
        authors = [
            {int(text.split()[1]) % 9 for text in texts(table)}
            for table in (splits.train, splits.validation, splits.test)
        ]
        assert all(authors)
        assert not authors[0] & authors[1] | authors[0] & authors[2] | authors[1] & authors[2]


def test_rows_can_be_fixed_by_their_texts(tmp_path: Path) -> None:
    few, more = (dated(tmp_path / f"{count}.csv", count) for count in (200, 400))
    before, after = run(train=few, split="hash"), run(train=more, split="hash", seed=3)
    for name in ("train", "validation", "test"):
        assert texts(getattr(before, name)) <= texts(getattr(after, name))


def test_the_column_to_divide_by_must_be_there(tmp_path: Path) -> None:
    spec = DataSpec.model_validate({"train": dated(tmp_path / "a.csv"), "split": {"time": "date"}})
    (problem,) = inspect(spec, TASK)
    assert "there is no column 'date'" in problem.message
    with pytest.raises(DataError, match="there is no column 'date'"):
        load(spec, TASK, seed=0, report=Silent())


def test_files_of_their_own_need_no_column_to_divide_by(tmp_path: Path) -> None:
    test = write(tmp_path / "test.csv", many("z"))
    splits = run(train=dated(tmp_path / "a.csv"), test=test, split={"time": "day"})
    assert splits.test.num_rows == 40
    assert splits.test.column_names == splits.train.column_names


def test_missing_texts_and_labels_of_all_splits_are_told_at_once(tmp_path: Path) -> None:
    train = write(tmp_path / "train.csv", [*many("x"), ("", "a"), ("  ", "b")])
    test = write(tmp_path / "test.csv", [*many("z"), ("w", "")])
    with pytest.raises(DataError) as caught:
        run(train=train, test=test)
    message = str(caught.value)
    assert "train: 2 rows have an empty text in 'text': train.csv:42, train.csv:43" in message
    assert "test: 1 row has no label in 'label': test.csv:42" in message


def test_rows_that_lack_a_value_can_be_dropped_from_all_splits(tmp_path: Path) -> None:
    train = write(tmp_path / "train.csv", [*many("a"), ("  ", "x"), ("b", "")])
    test = write(tmp_path / "test.csv", [*many("c", 4), ("", "x")])
    found = run(DoctorSpec(missing="drop"), train=train, test=test)
    assert found.test.num_rows == 4
    assert found.train.num_rows + found.validation.num_rows == 40
    assert found.notes[:2] == (
        "train: dropped 2 rows that lack a value",
        "test: dropped 1 row that lacks a value",
    )


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


def test_fingerprints_know_numbers_lists_and_what_lies_in_them() -> None:
    answers = [
        [{"text": "a", "start": 0}, {"text": "bc", "start": 4}],
        [],
        [{"text": "d", "start": 1}],
    ]
    columns: dict[str, tuple[Any, list[Any]]] = {
        "answers": (TYPES["answers"], answers),
        "words": (TYPES["words"], [["a", "b"], ["c"], []]),
        "score": (TYPES["number"], [1.0, 2.5, -1.0]),
    }

    def table(**other: list[Any]) -> pa.Table:
        return pa.table(
            {
                "row_id": ["a:1", "a:2", "a:3"],
                **{
                    name: pa.array(other.get(name, values), kind)
                    for name, (kind, values) in columns.items()
                },
            }
        )

    whole = fingerprint(table())
    parts = pa.concat_tables([table().slice(0, 1), table().slice(1, 2)])
    assert fingerprint(parts) == whole
    others = [
        table(words=[["a"], ["b", "c"], []]),
        table(words=[["ab"], ["c"], []]),
        table(words=[["a", "b"], [], ["c"]]),
        table(score=[1.0, 2.5, 1.0]),
        table(answers=[answers[0], answers[2], []]),
        table(answers=[[{"text": "a", "start": 4}, {"text": "bc", "start": 0}], *answers[1:]]),
    ]
    assert len({whole, *map(fingerprint, others)}) == 1 + len(others)


def test_questions_of_one_passage_stay_together(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    rows = [
        {"context": f"passage {n // 4} says {n % 4}", "question": "What?", "answers": "says"}
        if n % 4 == 0
        else {"context": f"passage {n // 4} says 0", "question": f"What {n}?", "answers": ["says"]}
        for n in range(80)
    ]
    path.write_text(json.dumps(rows))
    splits = load(DataSpec(train=str(path)), Questions(), seed=0, report=Silent())
    passages = [
        set(table["context"].to_pylist())
        for table in (splits.train, splits.validation, splits.test)
    ]
    assert [len(found) for found in passages] == [13, 3, 4]
    assert not passages[0] & passages[1] | passages[0] & passages[2] | passages[1] & passages[2]
    assert splits.test["answers"][0].as_py()[0]["start"] in (10, 11)


def test_splits_may_come_in_formats_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "train.conll").write_text("".join(f"word{n} O\nis O\n\n" for n in range(40)))
    (tmp_path / "dev.jsonl").write_text('{"words": ["a", "b"], "tags": ["O", "O"]}\n')
    (tmp_path / "test.tsv").write_text("words\ttags\nword0 is\tO O\n")
    given = {"train": "train.conll", "validation": "dev.jsonl", "test": "test.tsv"}
    spec = DataSpec(**{name: str(tmp_path / file) for name, file in given.items()})
    assert inspect(spec, Tagging()) == []
    splits = load(spec, Tagging(), seed=0, report=Silent())
    sizes = (splits.train.num_rows, splits.validation.num_rows, splits.test.num_rows)
    assert sizes == (40, 1, 1)


def test_words_without_tags_of_their_own_are_refused_with_their_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("words,tags\na b,O O\na b c,O O O O\n")
    with pytest.raises(DataError, match=r"train: a\.csv:3: 3 words, 4 tags"):
        load(DataSpec(train=str(path)), Tagging(), seed=0, report=Silent())


def test_the_recipe_says_what_of_a_text_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("".join(f"line {n}\n" + "\n" * (n % 2) for n in range(40)))
    for unit, count in (("line", 40), ("paragraph", 20)):
        spec = DataSpec(train=str(path), unit=unit)
        assert inspect(spec, Texts()) == []
        splits = load(spec, Texts(), seed=0, report=Silent())
        assert splits.train.num_rows + splits.validation.num_rows + splits.test.num_rows == count


def test_inspect_looks_into_the_first_lines_of_every_format(tmp_path: Path) -> None:
    (tmp_path / "a.conll").write_text("alone\n")
    (said,) = inspect(DataSpec(train=str(tmp_path / "a.conll")), Tagging())
    assert "there is no column 'tags'" in said.message
    (tmp_path / "a.json").write_text('{"data": [{"paragraphs": []}]}')
    spec = DataSpec(train=str(tmp_path / "a.json"), columns={"question": "query"})
    (said,) = inspect(spec, Questions())
    assert "there is no column 'query'" in said.message


def test_how_labels_were_split_is_noted(tmp_path: Path) -> None:
    class Topics(Free):
        columns: ClassVar[Mapping[str, Column]] = {**LM, "topics": Column("labels", "them")}

    path = tmp_path / "a.csv"
    path.write_text("text,topics\n" + "".join(f"text {n},x;y\n" for n in range(20)))
    report = Notes()
    load(DataSpec(train=str(path)), Topics(), seed=0, report=report)
    assert "a.csv: the labels in 'topics' are split at ';'" in report.said


def test_a_built_in_data_set_without_the_task_s_columns_is_refused() -> None:
    spec = DataSpec.model_validate({"builtin": "docs"})
    (problem,) = inspect(spec, TASK)
    assert str(problem).startswith("data.builtin: docs has no column 'label'")
    with pytest.raises(DataError, match="it has text: take another task"):
        load(spec, TASK, seed=0, report=Silent())
    assert inspect(DataSpec.model_validate({"builtin": "docs-topics"}), TASK) == []


class Prompts(Free):
    """Any of two columns would do."""

    columns: ClassVar[Mapping[str, Column]] = {
        "prompt": Column("text", "asked", required=False),
        "response": Column("texts", "answered", required=False, source=False),
    }


def test_rows_without_any_column_that_is_read_are_refused(tmp_path: Path) -> None:
    table = write(tmp_path / "a.csv", many("x"))
    objects = tmp_path / "a.jsonl"
    objects.write_text('{"other": "x"}\n' * 40)
    for path in (table, str(objects)):
        with pytest.raises(DataError, match="there is none of the columns that"):
            load(DataSpec(train=path), Prompts(), seed=0, report=Silent())


def test_a_label_that_spells_a_gap_is_warned_of(tmp_path: Path) -> None:
    said: list[str] = []

    class Warned(Silent):
        def warn(self, message: str) -> None:
            said.append(message)

    rows = [*many("x"), *((f"odd {n}", "nan") for n in range(20))]
    load(DataSpec(train=write(tmp_path / "a.csv", rows)), TASK, seed=0, report=Warned())
    assert any("20 rows with the label 'nan'" in one for one in said)
