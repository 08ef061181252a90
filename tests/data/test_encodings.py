from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.data import raw
from pipeline.data.encodings import to_utf8
from pipeline.errors import DataError
from tests.data.reading import Notes, write

KOREAN = "text,label\n" + "이 영화는 정말 재미있다,좋다\n지루해서 졸았다,나쁘다\n" * 3
ENGLISH = "text,label\nA film that nobody slept in,good\nSlept all through it,bad\n"


@pytest.mark.parametrize("text", [KOREAN, ENGLISH])
@pytest.mark.parametrize(
    ("codec", "mark", "said"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8", b"\xef\xbb\xbf", "UTF-8 with a byte order mark"),
        ("utf-16-le", b"\xff\xfe", "UTF-16"),
        ("utf-16-be", b"\xfe\xff", "UTF-16"),
        ("utf-16-le", b"", "UTF-16"),
        ("utf-16-be", b"", "UTF-16"),
        ("utf-32-le", b"\xff\xfe\0\0", "UTF-32"),
        ("utf-32-be", b"\0\0\xfe\xff", "UTF-32"),
    ],
)
def test_what_is_read_is_the_text(text: str, codec: str, mark: bytes, said: str) -> None:
    found = to_utf8(mark + text.encode(codec), name="a.csv", whole=True)
    assert (found.content.decode(), found.encoding) == (text, said)


@pytest.mark.parametrize("codec", ["cp949", "euc-kr"])
def test_korean_of_windows_is_read(codec: str) -> None:
    found = to_utf8(KOREAN.encode(codec), name="a.csv", whole=True)
    assert found.content.decode() == KOREAN
    assert "CP949" in found.encoding


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.sampled_from(["utf-8", "utf-16", "cp949"]))
def test_a_peek_may_end_inside_of_a_character(first: int, codec: str) -> None:
    found = to_utf8((KOREAN * 2).encode(codec)[: first + 30], name="a.csv", whole=False)
    assert (KOREAN * 2).startswith(found.content.decode())


def refusal(content: bytes) -> str:
    with pytest.raises(DataError) as caught:
        to_utf8(content, name="a.csv", whole=True)
    return str(caught.value)


def test_two_encodings_in_one_file_are_refused_with_the_line() -> None:
    said = refusal(KOREAN.encode() + "지루하다,나쁘다\n".encode("cp949"))
    assert "a.csv:8: it is not UTF-8: byte 0xc1" in said
    assert "though other lines are" in said
    assert "as CP949 the place would read '지루하다,나쁘다'" in said


def test_a_western_encoding_is_named_and_not_guessed() -> None:
    said = refusal("text,label\nok,x\ncafé,x\n".encode("cp1252"))
    assert "a.csv:3: it is not UTF-8: byte 0xe9" in said
    assert "as Windows-1252 the place would read 'café,x'" in said


def test_a_nul_byte_is_named_with_line_and_byte() -> None:
    assert "a.csv:3: it is not text: there is a NUL byte at position 15, the 1. byte" in refusal(
        b"text,label\na,b\n\0,b\n"
    )
    assert "NUL byte" in refusal(b"\xff\xfe" + "a,b\n\0,c\n".encode("utf-16-le"))


def test_half_a_character_of_utf16_is_refused() -> None:
    said = refusal(b"\xff\xfe" + "text\na\n".encode("utf-16-le") + b"\x00\xd8")
    assert "a.csv:3: it begins as UTF-16 and cannot be read as such" in said


def test_what_is_not_plain_is_said(tmp_path: Path) -> None:
    notes = Notes()
    raw.read(write(tmp_path / "a.csv", KOREAN.encode("cp949")), name="a.csv", report=notes)
    raw.read(write(tmp_path / "b.csv", KOREAN), name="b.csv", report=notes)
    assert notes.said == ["a.csv: read as CP949 (Korean, EUC-KR)"]
