from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from pipeline.data import raw
from pipeline.errors import DataError
from tests.data.reading import write


def refusal(path: Path, *, by_line: bool = True) -> str:
    with pytest.raises(DataError) as caught:
        raw.read(path, name=path.name, by_line=by_line)
    return str(caught.value)


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    packed = gzip.compress(b"text,label\na,b\n")
    for name in ("a.csv.gz", "a.csv"):
        assert raw.read(write(tmp_path / name, packed), name=name) == b"text,label\na,b\n"
    assert "not packed by gzip" in refusal(write(tmp_path / "b.csv.gz", b"text,label\n"))
    assert "cannot be unpacked" in refusal(write(tmp_path / "c.csv.gz", packed[:-9]))


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "_UNPACKED", 1 << 20)
    bomb = write(tmp_path / "a.csv.gz", gzip.compress(b"text,label\n" + b"a,b\n" * (1 << 20)))
    said = refusal(bomb)
    assert "unpack to more than 1,048,576, as no text does" in said
    assert "unpack it yourself" in said
    assert raw.peek(bomb).startswith(b"text,label\n")


def test_a_line_without_end_is_refused_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw, "LONGEST_LINE", 1 << 20)
    path = write(tmp_path / "a.csv", b"text,label\na,b\n" + b"x" * (3 << 20))
    assert "a.csv:3: this line has no end within 1 MB" in refusal(path)
    assert len(raw.read(path, name="a.csv", by_line=False)) > 3 << 20
    packed = write(tmp_path / "b.csv.gz", gzip.compress(path.read_bytes()))
    assert "b.csv.gz:3: this line has no end" in refusal(packed)


def test_no_more_is_held_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "LONGEST_LINE", 1 << 20)
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.write(b"text\n")
        file.truncate(1 << 30)  # a gigabyte of nothing, which takes no place on the disk
    seen = 0

    def counted(pieces: object) -> object:
        nonlocal seen
        for piece in pieces:  # type: ignore[attr-defined]
            seen += len(piece)
            yield piece

    original = raw.pieces
    monkeypatch.setattr(raw, "pieces", lambda *given: counted(original(*given)))
    assert "a.csv:2: this line has no end" in refusal(path)
    assert seen < 4 << 20


def test_one_value_has_a_largest_size_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "LARGEST", 1 << 20)
    path = write(tmp_path / "a.json", b"[" + b" " * (2 << 20) + b"]")
    assert "write it as one object a line (.jsonl)" in refusal(path, by_line=False)


@pytest.mark.parametrize(
    ("content", "expected"),
    [("a\nb\nc", "LF"), ("a\r\nb\r\nc", "CRLF"), ("a\rb\rc", "CR"), ("a\nb\r\nc", "LF and CRLF")],
)
def test_the_form_of_a_file_is_said(tmp_path: Path, content: str, expected: str) -> None:
    plain = raw.form_of(write(tmp_path / "a.txt", content))
    assert (plain.encoding, plain.line_ends, plain.packed) == ("UTF-8", expected, False)
    packed = raw.form_of(write(tmp_path / "a.txt.gz", gzip.compress(content.encode("utf-16"))))
    assert (packed.encoding, packed.line_ends, packed.packed) == ("UTF-16", expected, True)
