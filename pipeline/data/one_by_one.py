"""Rows one by one from bytes: lines, tables, objects.

What is wrong with a row is told with its line. No line and no field is held that has no end.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import BinaryIO

from pipeline.contracts import Json
from pipeline.data import plain_text
from pipeline.data.column_faults import which
from pipeline.data.columns import Asked, numbered
from pipeline.data.dialects import CSV, TSV, Dialect
from pipeline.errors import DataError

Numbered = tuple[int, Json]

LONGEST = 1 << 24
"""Bytes of the longest line or field: without a bound, a line without an end fills memory."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WHOLE = "write it as one object a line (.jsonl) or as a table (.csv, .tsv, .parquet)"


def lines(file: BinaryIO, name: str) -> Iterator[str]:
    """Lines with their ends, of UTF-8; UTF-16 is known by its mark, and held in memory.

    Raises:
        DataError: bytes that are no text, a line that is too long.
    """
    number = 0
    for raw in _raw_lines(file, name):
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            raise DataError(
                f"it is not UTF-8: byte 0x{raw[error.start]:02x}, the {error.start + 1}. of its"
                " line",
                place=f"{name}:{number + 1}",
                hint="save it again as UTF-8 (in a spreadsheet: 'CSV UTF-8')",
            ) from error
        if "\0" in text:
            raise DataError(
                "there is a NUL byte: this is not text",
                place=f"{name}:{number + 1}",
                hint="name the file by what it is, or save it as CSV, JSONL or Parquet",
            )
        # A carriage return alone ends a line too.
        for line in io.StringIO(text, newline="") if "\r" in text else (text,):
            number += 1
            yield line


def _raw_lines(file: BinaryIO, name: str) -> Iterator[bytes]:
    """Lines up to their line feeds, without the byte order mark."""
    number = 0
    while line := file.readline(LONGEST + 1):
        if not number and line.startswith(_UTF16):
            whole = (line + file.read()).decode("utf-16", errors="replace")
            file = io.BytesIO(whole.encode())
            line = file.readline(LONGEST + 1)
        number += 1
        if len(line) > LONGEST:
            raise DataError(
                f"the line is longer than {LONGEST:,} bytes",
                place=f"{name}:{number}",
                hint="are its line ends lost, or is it a file of another kind?",
            )
        yield line.removeprefix(codecs.BOM_UTF8) if number == 1 else line


def _plain(file: BinaryIO, name: str, asked: Asked) -> Iterator[Numbered]:
    """Every line is a row, blank ones too: answers stand beside the lines they belong to."""
    (text,) = plain_text.header(asked)
    for number, line in enumerate(lines(file, name), start=1):
        yield number, {text: line.rstrip("\r\n")}


def _objects(file: BinaryIO, name: str, asked: Asked) -> Iterator[Numbered]:
    if asked.positional:
        raise DataError(
            "columns by position are for tables; objects have names",
            place=name,
            hint=which({ours: ours for ours in asked.mapping}, (), asked.spelled),
        )
    for number, line in enumerate(lines(file, name), start=1):
        if not line.strip():
            continue
        place = f"{name}:{number}"
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            said = error.msg if isinstance(error, json.JSONDecodeError) else "it is nested too deep"
            raise DataError(f"not JSON: {said}", place=place, hint=_WHOLE) from error
        if not isinstance(row, dict):
            raise DataError("the row is not an object", place=place, hint='write {"text": ...}')
        yield number, row


def table(file: BinaryIO, name: str, asked: Asked, *, dialect: Dialect) -> Iterator[Numbered]:
    """Rows under a header, or without one where columns are given by their numbers.

    Raises:
        DataError: ragged rows, a quote that is never closed, two columns of one name.
    """
    kept: list[str] = []
    begin = 1

    def remembered() -> Iterator[str]:
        for line in lines(file, name):
            kept.append(line)
            # A mark of several characters is one that no text holds while it is read.
            yield line if len(dialect.mark) == 1 else line.replace(dialect.mark, dialect.delimiter)

    before = csv.field_size_limit(LONGEST)
    try:
        reader = csv.reader(
            remembered(),
            delimiter=dialect.delimiter,
            quoting=csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE,
        )
        header: list[str] = []
        for fields in reader:
            csv.field_size_limit(LONGEST)  # others may have set it since: it is the module's own
            if dialect.quoted and len(kept) > 1:
                _refuse_open_quote(kept, f"{name}:{begin}", dialect)
            kept.clear()
            if fields and not header:
                headless = asked.is_headless(fields)
                header = numbered(len(fields)) if headless else _header(fields, name, asked)
                if not headless:
                    begin = reader.line_num + 1
                    continue
            if fields:
                _refuse_ragged(fields, header, f"{name}:{begin}")
                yield begin, dict(zip(header, fields, strict=True))
            begin = reader.line_num + 1
    except csv.Error as error:
        raise _open_quote(f"{name}:{begin}", str(error)) from error
    finally:
        csv.field_size_limit(before)


def _header(fields: Sequence[str], name: str, asked: Asked) -> list[str]:
    asked.check_header(fields, place=name)
    for column in fields:
        if list(fields).count(column) > 1:
            places = [str(n) for n, other in enumerate(fields, start=1) if other == column]
            raise DataError(
                f"column '{column}' is there more than once (columns {' and '.join(places)})",
                place=name,
                hint="rename one of them in the file",
            )
    return list(fields)


def _refuse_ragged(fields: Sequence[str], header: Sequence[str], place: str) -> None:
    if len(fields) != len(header):
        raise DataError(
            f"the row has {len(fields)} fields, and the header {len(header)}",
            place=place,
            hint='a field that holds the mark between fields stands in quotes: "a, b"',
        )


def _refuse_open_quote(lines: Sequence[str], place: str, dialect: Dialect) -> None:
    """A quote that is never closed swallows lines up to the end of the file."""
    try:
        list(csv.reader(lines, delimiter=dialect.delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise _open_quote(place, "it goes on to the end") from error


def _open_quote(place: str, said: str) -> DataError:
    return DataError(
        f"a quote that is opened in this row is never closed ({said})",
        place=place,
        hint='close it, or write a quote inside a quoted field twice: "a ""word"""',
    )


READERS: Mapping[str, Callable[[BinaryIO, str, Asked], Iterator[Numbered]]] = {
    "text": _plain,
    "jsonl": _objects,
    "csv": partial(table, dialect=CSV),
    "tsv": partial(table, dialect=TSV),
}
"""How a file of each kind is read: bytes, its name, and what is asked for."""
