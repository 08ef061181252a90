from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.contracts import Silent
from pipeline.data.builtin import _corpus
from pipeline.data.builtin._data_set import Given
from pipeline.data.builtin._of_docstrings import place
from pipeline.data.builtin.docs import Docs, _divide


class Told(Silent):
    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, message: str) -> None:
        self.warnings.append(message)


pytestmark = pytest.mark.usefixtures("few_packages")


@pytest.fixture
def general() -> Given:
    return Docs().splits(Silent())


def column(table: pa.Table, name: str) -> list[str]:
    values: list[str] = table[name].to_pylist()
    return values


def test_the_general_part_is_divided_and_tests_on_the_package_held_out(general: Given) -> None:
    assert list(general) == ["train", "validation", "test"]
    packages = {
        name: {row.partition(":")[0].partition(".")[0] for row in column(table, "row_id")}
        for name, table in general.items()
    }
    assert packages["test"] == {"networkx"}
    assert packages["train"] == {"joblib", "evaluate"}
    assert packages["validation"] <= packages["train"]
    assert Docs(part="target").splits(Silent())["train"].equals(general["test"])


def test_no_text_is_there_twice_and_no_object_in_two_splits(general: Given) -> None:
    texts = [text for table in general.values() for text in column(table, "text")]
    assert len(texts) > 1500
    assert len(set(texts)) == len(texts)
    objects = [
        {":".join((*row.split(":")[:1], row.partition(":")[2].split(".")[0])) for row in rows}
        for rows in (column(general["train"], "row_id"), column(general["validation"], "row_id"))
    ]
    assert objects[1]
    assert not objects[0] & objects[1]


def test_texts_are_long_enough_keep_their_layout_and_come_from_no_test(general: Given) -> None:
    rows = pa.concat_tables(general.values())
    texts = column(rows, "text")
    assert min(map(len, texts)) >= 40
    assert not any(line != line.rstrip() for text in texts for line in text.splitlines())
    assert any("\n    " in text and "\n\n" in text for text in texts)
    assert not any({"tests", "test"} & set(row.split(".")) for row in column(rows, "row_id"))
    (shortest_path,) = [
        text
        for row, text in zip(column(rows, "row_id"), texts, strict=True)
        if row == "networkx.algorithms.shortest_paths.generic:shortest_path"
    ]
    assert shortest_path.startswith("Compute shortest paths in the graph.\n\nParameters\n------")


def test_a_text_of_the_held_out_package_is_no_training_row() -> None:
    def rows(*pairs: tuple[str, str]) -> pa.Table:
        return pa.table({"row_id": [row for row, _ in pairs], "text": [text for _, text in pairs]})

    general = {"a": rows(("a:f", "x"), ("a:g", "both")), "b": rows(("b:f", "x"), ("b:g", "y"))}
    given = _divide(general, rows(("n:h", "both")))
    assert column(given["train"], "row_id") == ["a:f", "b:g"]


def test_a_class_and_its_methods_are_drawn_together() -> None:
    assert place("m:C") == place("m:C.f") == place("m:C.g")
    assert len({place("m:C"), place("m:D"), place("n:C")}) == 3
    drawn = sum(place(f"m:C{number}") < 0.01 for number in range(20_000))
    assert 150 < drawn < 250


def test_the_tried_versions_have_the_tried_rows_and_others_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = Told()
    given = Docs().splits(report)
    versions = Docs().source(given)["packages"]
    assert list(versions) == ["evaluate", "joblib", "networkx"]
    as_tried = all(_corpus.TRIED[name].version == found for name, found in versions.items())
    assert (report.warnings == []) == as_tried
    other = {**_corpus.TRIED, "joblib": _corpus.Tried("0.1", "of other rows")}
    monkeypatch.setattr(_corpus, "TRIED", other)
    Docs().splits(report)
    assert f"joblib {versions['joblib']} (0.1)" in report.warnings[-1]


def test_rows_come_from_the_cache_once_they_are_there(
    general: Given, few_packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_corpus, "_build", lambda *given: pytest.fail("read again"))
    again = Docs().splits(Silent())
    assert all(again[name].equals(table) for name, table in general.items())
    assert len(list((few_packages / "graft").glob("docs-*"))) == 3
    assert Docs().source(again)["fingerprint"].keys() == {"train", "validation", "test"}


def test_a_package_that_is_not_installed_has_no_rows_and_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = {**_corpus.TRIED, "no_such_package": _corpus.Tried("1.0", "of some rows")}
    monkeypatch.setattr(_corpus, "TRIED", other)
    report = Told()
    found = _corpus.tables(["no_such_package"], name="docs", report=report)
    assert found["no_such_package"].num_rows == 0
    assert "no_such_package not installed (1.0)" in report.warnings[0]
