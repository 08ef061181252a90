from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import UserError
from pipeline.report import disagreements


def write(path: Path, gold: list[str], ours: list[str], theirs: list[str]) -> Path:
    rows = len(gold)
    table = {
        "row_id": [f"t:{index}" for index in range(rows)],
        "text": [f"text {index}" for index in range(rows)],
        "gold": gold, "net": ours, "net/score": [0.5] * rows, "tfidf": theirs,
    }  # fmt: skip
    pq.write_table(pa.table(table), path)
    return path


def test_rows_are_counted_by_who_is_right(tmp_path: Path) -> None:
    path = write(tmp_path / "p.parquet", list("aaabba"), list("aabaab"), list("abaabc"))
    found = disagreements.find(path, "net", "tfidf")
    assert (found.agreeing, found.agreeing_right, found.differing) == (2, 1, 4)
    assert [(group.total, [row.row_id for row in group.rows]) for group in found.groups] == [
        (1, ["t:1"]), (2, ["t:2", "t:4"]), (1, ["t:5"]),
    ]  # fmt: skip
    first = found.groups[0].rows[0]
    assert (first.ours, first.theirs, first.ours_score, first.theirs_score) == ("a", "b", 0.5, None)


def test_answers_that_are_more_or_less_right_are_not_called_wrong(tmp_path: Path) -> None:
    path = write(tmp_path / "p.parquet", list("aaab"), list("aabx"), list("abay"))
    found = disagreements.find(path, "net", "tfidf", exact=False)
    assert not found.exact
    assert [(group.title, group.total) for group in found.groups] == [("Answers that differ", 3)]
    assert [row.row_id for row in found.groups[0].rows] == ["t:1", "t:2", "t:3"]


def test_a_sample_is_at_most_200_and_leaves_no_outcome_out(tmp_path: Path) -> None:
    rows = 5000
    gold, ours = ["a"] * rows, ["a"] * rows
    ours[7] = "b"
    theirs = ["b"] * rows
    theirs[7] = "a"
    path = write(tmp_path / "p.parquet", gold, ours, theirs)
    found = disagreements.find(path, "net", "tfidf")
    assert found.differing == rows
    assert 190 <= found.shown <= 200
    assert [group.total for group in found.groups] == [4999, 1, 0]
    assert [row.row_id for row in found.groups[1].rows] == ["t:7"]
    ids = [int(row.row_id[2:]) for row in found.groups[0].rows]
    assert ids == sorted(set(ids))
    assert ids[-1] > 4900


def test_the_surest_mistakes_come_first(tmp_path: Path) -> None:
    path = write(tmp_path / "p.parquet", list("aabb"), list("abab"), list("aaaa"))
    table = pq.read_table(path)
    at = table.column_names.index("net/score")
    pq.write_table(table.set_column(at, "net/score", pa.array([0.9, 0.6, 0.8, 0.7])), path)
    found = disagreements.sure_mistakes(path, "net")
    assert [(each.row_id, each.answer, each.score) for each in found] == [
        ("t:2", "a", 0.8), ("t:1", "b", 0.6),
    ]  # fmt: skip
    pq.write_table(table.drop_columns(["net/score"]), path)
    assert not disagreements.sure_mistakes(path, "net")


def test_long_texts_are_cut(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    columns = {"row_id": ["t:0"], "text": ["x" * 5000], "gold": ["a"], "net": ["a"], "nb": ["b"]}
    pq.write_table(pa.table(columns), path)
    row = disagreements.find(path, "net", "nb").groups[0].rows[0]
    assert len(row.text) == disagreements.TEXT_LIMIT
    assert row.text.endswith("…")


def test_a_missing_column_and_a_damaged_file_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "p.parquet", ["a"], ["a"], ["b"])
    with pytest.raises(UserError, match="no column cnn"):
        disagreements.find(path, "net", "cnn")
    path.write_bytes(b"not parquet at all")
    with pytest.raises(UserError, match="damaged"):
        disagreements.find(path, "net", "tfidf")
