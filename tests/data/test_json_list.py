"""A JSON list is read row by row, wherever its pieces are cut."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.data import json_list
from pipeline.errors import DataError

ROWS = [{"text": 'a "quoted" ] one', "n": [1, {"x": None}]}, {"text": "영화 \\ 🎬"}, {}]
LISTS = {
    "one line": json.dumps(ROWS),
    "pretty": json.dumps(ROWS, indent=2, ensure_ascii=False),
    "marked": "\ufeff \n" + json.dumps(ROWS, ensure_ascii=False) + "\r\n",
}


def rows(text: str, *, size: int = 1 << 20) -> list[tuple[int, dict[str, Any]]]:
    content = text.encode()
    pieces = (content[start : start + size] for start in range(0, len(content), size))
    return list(json_list.rows(pieces, "a.json"))


@pytest.mark.parametrize("size", [1, 2, 7, 1 << 20])
@pytest.mark.parametrize("name", LISTS)
def test_rows_are_those_of_the_whole(name: str, size: int) -> None:
    assert rows(LISTS[name], size=size) == list(enumerate(ROWS, start=1))


def test_an_empty_list_has_no_rows() -> None:
    assert rows(" [ ] ") == []


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ('[{"a": 1},\n{"a" 2}]', "a.json:2", "not JSON: Expecting ':' delimiter"),
        ('[{"a": 1}\n{"a": 2}]', "a.json:2", "not JSON: Expecting ','"),
        ('[{"a": 1},\n]', "a.json:2", "not JSON: Expecting value"),
        ('[{"a": 1},\n\n{"a', "a.json:3", "not JSON: Unterminated string"),
        ('[{"a": 1}\n', "a.json:2", "not JSON: Expecting ','"),
        ('[{"a": 1}]\n[]', "a.json:2", "not JSON: Extra data"),
        ('[{"a": 1}, 7]', "a.json:2", "the row is a number"),
        ("[" + "[" * 100_000, "a.json:1", "nested too deeply"),
        ('[{"a": ' + "9" * 5000 + "}]", "a.json:1", "not JSON: it is nested too deeply, or"),
    ],
)
@pytest.mark.parametrize("size", [3, 1 << 20])
def test_what_is_wrong_is_told_with_its_line_or_place(
    text: str, place: str, said: str, size: int
) -> None:
    with pytest.raises(DataError) as caught:
        rows(text, size=size)
    (problem,) = caught.value.problems
    assert problem.place == place
    assert said in problem.message


def test_bytes_that_are_no_text_are_told_with_their_line() -> None:
    with pytest.raises(DataError, match=r"a\.json:2: it begins as UTF-8"):
        list(json_list.rows([b'[{"a": 1},\n', b'{"a": "\xff"}]'], "a.json"))


def test_a_row_without_an_end_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_list, "LONGEST", 100)
    pulled: list[int] = []

    def endless() -> Any:
        yield b'[{"a": "'
        for number in range(1000):
            pulled.append(number)
            yield b"x" * 50

    with pytest.raises(DataError, match="Unterminated string"):
        list(json_list.rows(endless(), "a.json"))
    assert len(pulled) < 10
