"""The content of a text file as UTF-8, after looking whether it is one.

Whatever a file is, no more than a bounded part of it is held before it is known to be sound:
a packed file that unpacks to many times its size, and a line without an end, are refused while
they are read.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.contracts import Reporter, Silent
from pipeline.data.encodings import UTF8, Decoded, decoded, to_utf8
from pipeline.errors import DataError

PEEK = 1 << 16
"""Bytes that are read of a file to see what it is."""
LONGEST_LINE = 1 << 24
"""Bytes of the longest line that is read of a file whose rows are lines."""
LARGEST = 1 << 30
"""Bytes of the largest file that is one value, as a JSON list is: it is in memory at once."""

_PIECE = 1 << 20
_GZIP = b"\x1f\x8b"
_UNPACKED = 1 << 26
_RATIO = 100
"""Text shrinks to a fifth or, where it repeats, a fiftieth; what shrinks more is no text."""
_MAGIC = {
    b"PAR1": "a Parquet file",
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"%PDF": "a PDF document",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word document",
    b"BZh": "bzip2 data",
    b"7z\xbc\xaf": "a 7-zip archive",
    b"ARROW1": "an Arrow file",
    b"SQLite": "an SQLite data base",
}


@dataclass(frozen=True)
class Form:
    """How a text file is written, in words.

    Attributes:
        encoding: as people call it.
        line_ends: what ends its lines: LF, CRLF, CR.
        packed: by gzip.
    """

    encoding: str
    line_ends: str
    packed: bool


def read(path: Path, *, name: str, by_line: bool = True, report: Reporter | None = None) -> bytes:
    """A text file as UTF-8 without a byte order mark; gzip is unpacked.

    Args:
        path: the file.
        name: its short name, for messages.
        by_line: its rows are lines, so that no line is longer than ``LONGEST_LINE``.
        report: told where the file is not plain UTF-8.

    Raises:
        DataError: unreadable, empty, packed wrongly or too well, no text, another encoding.
    """
    content = _whole(path, name, by_line=by_line)
    _refuse_other_kinds(content, path)
    decoded = to_utf8(content, name=name, whole=True)
    _refuse_empty(decoded.content, path)
    if report is not None and decoded.encoding != UTF8:
        report.note(f"{name}: read as {decoded.encoding}")
    return decoded.content


def read_lines(path: Path, *, name: str, report: Reporter | None = None) -> list[str]:
    """A text file's lines without their ends: line feeds, carriage returns, or both.

    No other character ends a line: a text may hold those that ``str.splitlines`` splits at.

    Raises:
        DataError: see ``read``.
    """
    content = read(path, name=name, report=report or Silent())
    return [line.decode() for line in content.splitlines()]


def peek(path: Path, *, first: int = PEEK) -> bytes:
    """The first bytes of a text file as UTF-8, as far as whole characters go.

    Raises:
        DataError: see ``read``.
    """
    return _peek(path, first).content


def form_of(path: Path) -> Form:
    """How a text file is written, judged by its first bytes.

    Raises:
        DataError: see ``read``.
    """
    found = _peek(path, PEEK)
    content = found.content[:-1]  # which may be the first half of a line end
    both = content.count(b"\r\n")
    feeds, returns = content.count(b"\n") - both, content.count(b"\r") - both
    ends = [sign for sign, count in (("LF", feeds), ("CRLF", both), ("CR", returns)) if count]
    return Form(found.encoding, " and ".join(ends) or "no", _is_packed(path))


def _peek(path: Path, first: int) -> Decoded:
    content = b"".join(_up_to(first, pieces(path, path.name)))
    _refuse_other_kinds(content, path)
    found = to_utf8(content, name=path.name, whole=len(content) < first)
    _refuse_empty(found.content, path)
    return found


def _up_to(first: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    left = first
    for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


def _whole(path: Path, name: str, *, by_line: bool) -> bytes:
    found = io.BytesIO()
    line, since = 1, 0
    for piece in pieces(path, name):
        found.write(piece)
        if not by_line and found.tell() > LARGEST:
            raise DataError(
                f"it is one JSON value of more than {LARGEST >> 20:,} MB, which would have to be in"
                " memory at once",
                place=name,
                hint="write it as one object a line (.jsonl) or as Parquet",
            )
        last = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        since = since + len(piece) if last < 0 else len(piece) - last - 1
        if by_line:
            line += piece.count(b"\n")
            if since > LONGEST_LINE:
                raise DataError(
                    f"this line has no end within {LONGEST_LINE >> 20} MB",
                    place=f"{name}:{line}",
                    hint="a row is a line here: is the file what its name says, and are its line"
                    " ends there?",
                )
    return found.getvalue()


def pieces(
    path: Path, name: str, *, advance: Callable[[int], None] = lambda done: None
) -> Iterator[bytes]:
    """A file bit by bit, unpacked where it is packed.

    Args:
        advance: told of the bytes of the file that were read since.
    """
    try:
        packed = _is_packed(path)
        if not packed and path.name.lower().endswith(".gz"):
            raise DataError(
                "its name ends in .gz, but it is not packed by gzip and cannot be unpacked",
                place=str(path),
                hint="copy or download it again; if it is not packed, drop .gz from its name",
            )
        limit = max(_UNPACKED, _RATIO * path.stat().st_size) if packed else None
        with path.open("rb") as opened:
            file = gzip.GzipFile(fileobj=opened) if packed else opened
            size = before = 0
            while piece := file.read(_PIECE):
                size += len(piece)
                if limit is not None and size > limit:
                    raise DataError(
                        f"{path.stat().st_size:,} packed bytes unpack to more than {limit:,}, as"
                        " no text does; the rest was not unpacked",
                        place=name,
                        hint="if it is what you expect, unpack it yourself and name the file that"
                        " comes out",
                    )
                yield piece
                advance(opened.tell() - before)
                before = opened.tell()
    except PermissionError as error:
        raise DataError(
            "there is no permission to read it",
            place=str(path),
            hint=f"give it, such as by: chmod u+r '{path}'",
        ) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(
            f"it is packed by gzip, but it cannot be unpacked ({error})",
            place=str(path),
            hint="copy or download it again",
        ) from error
    except OSError as error:
        raise DataError(f"it cannot be read: {error.strerror}", place=str(path)) from error


def utf8_pieces(path: Path, name: str, *, advance: Callable[[int], None]) -> Iterator[bytes]:
    """A text file bit by bit, in UTF-8; its first bytes say what it is in, and a mark may stay.

    Args:
        advance: as in ``pieces``.

    Raises:
        DataError: see ``read``; of text in UTF-8, what is wrong behind the first bytes is not seen.
    """
    found = _peek(path, PEEK)
    content = pieces(path, name, advance=advance)
    if found.codec == "utf-8":
        return content
    return decoded(content, found.codec, found.encoding, name=name)


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_GZIP)) == _GZIP


def _refuse_other_kinds(content: bytes, path: Path) -> None:
    for magic, kind in _MAGIC.items():
        if content.startswith(magic):
            raise DataError(
                f"it is not text: it looks like {kind}",
                place=str(path),
                hint="name the file by what it is, or save it as CSV, JSONL or Parquet",
            )


def _refuse_empty(content: bytes, path: Path) -> None:
    if not content.strip():
        raise DataError("the file is empty", place=str(path))
