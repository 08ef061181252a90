from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from pipeline.data import hashing
from pipeline.data.hashing import hashes, mixed, plain, plain_hashes


def same(*texts: str) -> bool:
    return len(set(plain_hashes(pa.table({"text": list(texts)}), ["text"]).tolist())) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The film.", "the film"),
        ("the  film\n", " The film!"),
        ("좋아요!!", "좋아요"),
        ("\uff21\uff22\uff23", "abc"),
        ("e\u0301t\u00e9", "\u00c9T\u00c9"),
        ("\u201cyes\u201d, she said\u2026", "yes she said"),
        ("a\u3000b", "a b"),
    ],
)
def test_case_blanks_and_marks_make_no_other_text(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("C++", "C#"), (":)", ":("), ("...", "!"), ("ab", "a b"), ("좋아요", "좋아"), ("1.5", "16")],
)
def test_what_may_mean_something_is_told_apart(one: str, other: str) -> None:
    assert not same(one, other)


def test_columns_and_lists_are_told_apart_where_their_ends_are() -> None:
    pairs = pa.table({"a": ["x", "xy"], "b": ["yz", "z"]})
    assert len(set(hashes(pairs, ["a", "b"]).tolist())) == 2
    words = pa.table({"words": [["a b"], ["a", "b"], ["a", "b"]]})
    one, two, again = hashes(words, ["words"]).tolist()
    assert one != two == again


def test_batches_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pa.table({"text": [f"text {n % 7}" for n in range(40)]})
    whole = hashes(rows, ["text"]), plain_hashes(rows, ["text"])
    monkeypatch.setattr(hashing, "BATCH", 3)
    parts = hashes(rows, ["text"]), plain_hashes(rows, ["text"])
    assert all(np.array_equal(a, b) for a, b in zip(whole, parts, strict=True))


def test_no_rows_and_no_columns() -> None:
    rows = pa.table({"text": pa.array([], pa.string())})
    assert len(hashes(rows, ["text"])) == len(plain_hashes(rows, ["text"])) == 0
    assert hashes(pa.table({"text": ["a", "b"]}), []).tolist() == [0, 0]


def test_what_is_marks_alone_stays_itself() -> None:
    assert plain(pa.chunked_array([["?!", "A?!"]])).to_pylist() == ["?!", "a"]


def test_a_pair_is_not_its_other_way_round() -> None:
    a, b = np.arange(5, dtype=np.uint64), np.arange(5, dtype=np.uint64)[::-1]
    assert len(set(mixed(a, b).tolist()) | set(mixed(b, a).tolist())) == 5
    assert mixed(a, b)[0] != mixed(b, a)[0]
