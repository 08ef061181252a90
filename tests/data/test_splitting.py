from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.data.splitting import Roles, by_lot, cut
from pipeline.errors import DataError

ROLES = Roles(texts=("text", "text_pair"), label="label")


def make(rows: list[tuple[str, str]]) -> pa.Table:
    return pa.table(
        {
            "row_id": [f"a.csv:{i + 2}" for i in range(len(rows))],
            "text": [text for text, _ in rows],
            "label": [label for _, label in rows],
        }
    )


def texts(table: pa.Table) -> list[str]:
    found: list[str] = table["text"].to_pylist()
    return found


BIG = make([(f"{label} {i}", label) for label, n in zip("abc", (40, 20, 10), strict=True)
            for i in range(n)])  # fmt: skip


def carve(table: pa.Table, share: float, **how: Any) -> tuple[pa.Table, pa.Table]:
    """The rows that ``by_lot`` sets aside, and the others."""
    chosen = by_lot(table, share, **how)
    return table.filter(pa.array(chosen)), table.filter(pa.array(~chosen))


def take(table: pa.Table, share: float = 0.3, seed: int = 0, reserve: int = 2) -> list[pa.Table]:
    return list(
        carve(
            table, share, of=table.num_rows, split="test", reserve=reserve, roles=ROLES, seed=seed
        )
    )


def test_each_class_gives_its_share() -> None:
    aside, rest = take(BIG)
    assert Counter(aside["label"].to_pylist()) == {"a": 12, "b": 6, "c": 3}
    assert sorted(texts(aside) + texts(rest)) == sorted(texts(BIG))


def test_the_seed_decides_and_the_order_of_the_rows_does_not() -> None:
    shuffled = BIG.take(np.random.default_rng(5).permutation(BIG.num_rows))
    assert set(texts(take(BIG)[0])) == set(texts(take(shuffled)[0]))
    assert set(texts(take(BIG)[0])) != set(texts(take(BIG, seed=1)[0]))


def test_too_few_rows_without_classes_speak_of_no_class() -> None:
    roles = Roles(texts=("text",), label=None)
    with pytest.raises(DataError) as caught:
        carve(BIG.slice(0, 1), 0.2, of=1, split="test", reserve=2, roles=roles, seed=0)
    said = str(caught.value)
    assert "data.test: there is 1 row (a.csv:2), too few to carve test" in said
    assert "add rows, or give test as a file" in said
    assert "class" not in said


def test_rows_of_one_group_stay_on_one_side() -> None:
    table = pa.table(
        {
            "row_id": [f"a.json:{n + 1}" for n in range(60)],
            "question": [f"question {n}" for n in range(60)],
            "context": [f"passage {n // 5}" for n in range(60)],
        }
    )
    roles = Roles(texts=("question", "context"), label=None, group=("context",))
    aside, rest = carve(table, 0.25, of=60, split="test", reserve=2, roles=roles, seed=0)
    assert aside.num_rows == 15
    assert not set(aside["context"].to_pylist()) & set(rest["context"].to_pylist())
    kept, spared, _ = cut(rest, per_class=None, limit=7, roles=roles, seed=0)
    assert kept.num_rows == 7
    assert not set(kept["context"].to_pylist()) & set(spared["context"].to_pylist())


def test_a_share_of_a_larger_whole_is_of_that_whole() -> None:
    aside, _ = carve(BIG, 0.2, of=140, split="validation", reserve=1, roles=ROLES, seed=0)
    assert aside.num_rows == 28


ROWS = st.lists(
    st.tuples(st.sampled_from("tuvwxyz12345"), st.sampled_from("ab")), min_size=8, max_size=60
)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.floats(0.05, 0.9), st.integers(0, 3))
def test_no_text_is_on_both_sides_and_no_class_is_used_up(
    rows: list[tuple[str, str]], share: float, seed: int
) -> None:
    table = make(rows)
    owner = {text: min(label for other, label in rows if other == text) for text, _ in rows}
    owned = Counter(owner.values())
    if min(owned[label] for _, label in rows) < 3:
        with pytest.raises(DataError, match="too few"):
            take(table, share, seed)
        return
    aside, rest = take(table, share, seed)
    assert not set(texts(aside)) & set(texts(rest))
    assert aside.num_rows + rest.num_rows == table.num_rows
    assert set(aside["label"].to_pylist()) == set(table["label"].to_pylist())
    assert set(rest["label"].to_pylist()) == set(table["label"].to_pylist())


def test_a_class_with_one_row_is_named_with_its_row() -> None:
    with pytest.raises(DataError) as caught:
        take(make([("x", "a"), ("y", "a"), ("z", "a"), ("only", "rare "), ("u", "a")]))
    message = str(caught.value)
    assert "the class 'rare ' has 1 row (a.csv:5)" in message
    assert "blanks around it" in message


def test_repeats_of_one_text_do_not_make_a_class_large_enough() -> None:
    with pytest.raises(DataError, match="9 rows with 1 texts of its own"):
        take(make([("same", "b")] * 9 + [(str(i), "a") for i in range(9)]))


def test_pairs_are_the_same_only_where_both_texts_are() -> None:
    table = make([("same", label) for label in "ab" for _ in range(10)])
    table = table.append_column("text_pair", pa.array([str(i) for i in range(20)]))
    assert take(table)[0].num_rows == 6


def test_per_class_keeps_that_many_and_leaves_the_rest() -> None:
    kept, spared, notes = cut(BIG, per_class=15, limit=None, roles=ROLES, seed=0)
    assert Counter(kept["label"].to_pylist()) == {"a": 15, "b": 15, "c": 10}
    assert Counter(spared["label"].to_pylist()) == {"a": 25, "b": 5}
    assert notes == ["fewer than 15 training rows, all of them kept: 'c' (10)"]


def test_fewer_rows_of_a_seed_are_among_more() -> None:
    few, many = (cut(BIG, per_class=n, limit=None, roles=ROLES, seed=3)[0] for n in (4, 8))
    assert set(texts(few)) < set(texts(many))


def test_rows_left_over_share_no_text_with_those_kept() -> None:
    table = make([(f"{label}{i % 5}", label) for label in "ab" for i in range(20)])
    kept, spared, _ = cut(table, per_class=6, limit=None, roles=ROLES, seed=0)
    assert kept.num_rows == 12
    assert spared.num_rows
    assert not set(texts(kept)) & set(texts(spared))


@pytest.mark.parametrize("limit", [3, 10, 35, 70, 100])
def test_limit_keeps_proportions_and_every_class(limit: int) -> None:
    kept, _, _ = cut(BIG, per_class=None, limit=limit, roles=ROLES, seed=0)
    counts = Counter(kept["label"].to_pylist())
    assert kept.num_rows == min(limit, 70)
    assert min(counts[label] for label in "abc") >= 1
    assert abs(counts["a"] - min(limit, 70) * 4 / 7) <= 1.5


def test_a_limit_below_the_number_of_classes_is_refused() -> None:
    with pytest.raises(DataError, match="limit is 2, and there are 3 classes"):
        cut(BIG, per_class=None, limit=2, roles=ROLES, seed=0)
