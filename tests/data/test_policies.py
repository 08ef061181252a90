"""Rows set aside by what they say, and by when they are from."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from pipeline.data.policies import by_hash, by_time
from pipeline.data.splitting import Roles
from pipeline.errors import DataError

ROLES = Roles(texts=("text",), label=None)


def table(texts: list[str], when: list[str] | None = None) -> pa.Table:
    ids = [f"a.csv:{n + 2}" for n in range(len(texts))]
    return pa.table({"row_id": ids, "text": texts, "when": when or texts})


def test_a_row_stays_in_its_split_when_rows_are_added() -> None:
    few = table([f"text {n}" for n in range(500)])
    many = table([f"new {n}" for n in range(700)] + few["text"].to_pylist())
    for split in ("test", "validation"):
        before = by_hash(few, 0.2, split=split, roles=ROLES)
        after = by_hash(many, 0.2, split=split, roles=ROLES)[700:]
        assert np.array_equal(before, after)
        assert 0.13 < before.mean() < 0.27
    test = by_hash(few, 0.5, split="test", roles=ROLES)
    assert not (test & by_hash(few, 0.5, split="validation", roles=ROLES)).any()


def test_a_smaller_share_is_a_part_of_a_larger_one() -> None:
    rows = table([f"text {n}" for n in range(500)])
    small, large = (by_hash(rows, share, split="test", roles=ROLES) for share in (0.1, 0.3))
    assert not (small & ~large).any()
    assert small.sum() < large.sum()


def test_texts_that_differ_in_case_and_marks_alone_stay_together() -> None:
    rows = table([f"Good {n}!" for n in range(200)] + [f"good  {n}" for n in range(200)])
    chosen = by_hash(rows, 0.3, split="test", roles=ROLES)
    assert np.array_equal(chosen[:200], chosen[200:])


def test_too_few_rows_for_a_hash_are_refused() -> None:
    with pytest.raises(DataError, match="by hash, none of the 1 rows"):
        by_hash(table(["a"]), 1e-9, split="test", roles=ROLES)


@pytest.mark.parametrize(
    "form",
    ["{:d}", "20{:02d}", "2026-05-{:02d}", "2026-05-{:02d} 08:30:00", "2026-05-{:02d}T08:00Z"],
)
def test_the_latest_rows_are_set_aside_whatever_their_order(form: str) -> None:
    days = np.random.default_rng(0).permutation(np.arange(1, 21))
    rows = table(["x"] * 20, [form.format(day) for day in days])
    chosen = by_time(rows, 0.25, of=20, split="test", column="when")
    assert set(days[chosen]) == {16, 17, 18, 19, 20}


def test_rows_of_one_time_stay_together() -> None:
    rows = table(["x"] * 9, ["1"] * 5 + ["2"] * 4)
    chosen = by_time(rows, 0.1, of=9, split="test", column="when")
    assert chosen.tolist() == [False] * 5 + [True] * 4
    with pytest.raises(DataError, match="all rows are of one time"):
        by_time(rows.slice(0, 5), 0.1, of=9, split="test", column="when")


@pytest.mark.parametrize(
    ("when", "row"),
    [(["2026-05-01", "3 May"], "a.csv:3"), (["1", "2026-05-01"], "a.csv:3"), (["May"], "a.csv:2")],
)
def test_what_is_no_time_is_refused_with_its_row(when: list[str], row: str) -> None:
    rows = table(["x"] * len(when), when)
    with pytest.raises(DataError, match=f"{row}: '.*' is no time") as caught:
        by_time(rows, 0.5, of=2, split="test", column="when")
    assert "ISO 8601" in str(caught.value)
