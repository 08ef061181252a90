from __future__ import annotations

import pyarrow as pa
import pytest

from pipeline.data.scripts import SCRIPTS, count


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hello, 42!", {"Latin": 5}),
        ("한국어 ok", {"Hangul": 3, "Latin": 2}),
        ("日本語です", {"Han": 3, "Kana": 2}),
        ("Привет", {"Cyrillic": 6}),
        ("été \u00d7 2", {"Latin": 3}),
        ("123 :) \U0001f600", {}),
        ("", {}),
    ],
)
def test_letters_are_counted_by_script(text: str, found: dict[str, int]) -> None:
    before, mine, after = count(pa.chunked_array([["ab", text, "가"]])).tolist()
    assert {name: n for name, n in zip(SCRIPTS, mine, strict=True) if n} == found
    assert before[SCRIPTS.index("Latin")] == 2
    assert after[SCRIPTS.index("Hangul")] == 1
