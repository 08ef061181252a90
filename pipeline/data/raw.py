"""The bytes of a text file, after looking whether it is one."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from pipeline.errors import DataError

_MAGIC = {
    b"PAR1": "a Parquet file",
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"%PDF": "a PDF document",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word document",
    b"\x1f\x8b": "gzip data (its name should end in .gz)",
    b"BZh": "bzip2 data",
    b"7z\xbc\xaf": "a 7-zip archive",
    b"ARROW1": "an Arrow file",
    b"SQLite": "an SQLite data base",
}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"
_RESAVE = "save it again as UTF-8 (in a spreadsheet: 'CSV UTF-8')"


def read_bytes(path: Path, *, first: int | None = None) -> bytes:
    """A text file's bytes without the byte order mark; ``.gz`` is unpacked.

    Args:
        path: the file.
        first: read no more than this many bytes, to peek.

    Raises:
        DataError: unreadable, empty, packed wrongly, or not text.
    """
    try:
        if path.name.lower().endswith(".gz"):
            with gzip.open(path) as packed:
                content = packed.read(-1 if first is None else first)
        else:
            with path.open("rb") as file:
                content = file.read(-1 if first is None else first)
    except PermissionError as error:
        raise DataError(
            "there is no permission to read it",
            place=str(path),
            hint=f"give it, such as by: chmod u+r '{path}'",
        ) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(
            f"its name ends in .gz, but it cannot be unpacked ({error})",
            place=str(path),
            hint="copy or download it again; if it is not packed, drop .gz from its name",
        ) from error
    except OSError as error:
        raise DataError(f"it cannot be read: {error.strerror}", place=str(path)) from error
    _refuse_binary(content, path)
    content = content.removeprefix(_BOM)
    if not content.strip():
        raise DataError("the file is empty", place=str(path))
    return content


def read_lines(path: Path, *, name: str) -> list[str]:
    """A text file's lines without their ends: line feeds, carriage returns, or both.

    No other character ends a line: a text may hold those that ``str.splitlines`` splits at.

    Raises:
        DataError: see ``read_bytes`` and ``refuse_other_encodings``.
    """
    content = read_bytes(path)
    refuse_other_encodings(content, name=name)
    return [line.decode() for line in content.splitlines()]


def refuse_other_encodings(content: bytes, *, name: str) -> None:
    """Say at which line and byte a file stops being UTF-8.

    Args:
        content: the bytes, or the start of them.
        name: the file, for messages.

    Raises:
        DataError: ``content`` is not UTF-8.
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = content[error.start]
        raise DataError(
            f"it is not UTF-8: byte 0x{found:02x} at position {error.start}",
            place=f"{name}:{line}",
            hint=_RESAVE,
        ) from error


def _refuse_binary(content: bytes, path: Path) -> None:
    if content.startswith(_UTF16):
        raise DataError("it is UTF-16 text, not UTF-8", place=str(path), hint=_RESAVE)
    for magic, kind in _MAGIC.items():
        if content.startswith(magic):
            raise DataError(
                f"it is not text: it looks like {kind}",
                place=str(path),
                hint="name the file by what it is, or save it as CSV, JSONL or Parquet",
            )
    at = content.find(b"\0")
    if at >= 0:
        raise DataError(
            f"it is not text: there is a NUL byte at position {at}", place=str(path), hint=_RESAVE
        )
