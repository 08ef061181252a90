from __future__ import annotations

import pyarrow as pa

from pipeline.data.keys import joined
from pipeline.data.kinds import TYPES

TALK = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]


def keys(table: pa.Table, *names: str) -> list[str]:
    found: list[str] = joined(table, names).to_pylist()
    return found


def test_one_text_is_its_own_key() -> None:
    table = pa.table({"text": ["a", "b"]})
    assert joined(table, ("text", "text_pair")).to_pylist() == ["a", "b"]


def test_lists_agree_where_all_their_items_do() -> None:
    rows = [["New", "York"], ["New York"], ["New", "York"], ["York", "New"]]
    one, other, again, turned = keys(pa.table({"words": pa.array(rows, TYPES["words"])}), "words")
    assert one == again
    assert len({one, other, turned}) == 3


def test_conversations_and_several_columns_have_keys() -> None:
    rows = [TALK, TALK[::-1], TALK, TALK[:1]]
    table = pa.table({"messages": pa.array(rows, TYPES["messages"]), "text": ["a", "a", "a", "a"]})
    one, turned, again, part = keys(table, "messages", "text")
    assert one == again
    assert len({one, turned, part}) == 3


def test_chunks_and_slices_change_no_key() -> None:
    rows = [["a"], ["b", "c"], [], ["d"]]
    table = pa.table({"words": pa.array(rows, TYPES["words"]), "n": [1.0, 2.0, 3.5, 4.0]})
    parts = pa.concat_tables([table.slice(0, 1), table.slice(1, 3)])
    assert keys(parts, "words", "n") == keys(table, "words", "n")
    assert keys(table.slice(1, 2), "words") == keys(table, "words")[1:3]
