"""CSV and TSV files. All values are kept as the strings they are: "001", "NA" and "null" too.

CSV is read as RFC 4180 has it: a field in double quotes may hold commas, line ends and
doubled quotes. TSV is read without quoting: a quote is a character like any other, as the
data sets that come as TSV are written.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from pipeline.data.kinds import TEXT
from pipeline.data.raw import read_bytes, refuse_other_encodings
from pipeline.errors import DataError, Problem

_PEEK = 1 << 16
_SHOWN = 5
_BLOCK = 1 << 24  # the longest row that can be read, in bytes


@dataclass(frozen=True)
class Dialect:
    """How fields are set apart, and whether quotes mean something."""

    delimiter: str
    quoted: bool


DIALECTS = {"csv": Dialect(",", quoted=True), "tsv": Dialect("\t", quoted=False)}


def header(path: Path, dialect: Dialect, *, positional: bool) -> list[str]:
    """The names in the first line; made-up names f0, f1, ... where there is no header.

    Raises:
        DataError: the file is empty, unreadable or not text.
    """
    return _header(read_bytes(path, first=_PEEK), dialect, positional=positional)


def read(
    path: Path, dialect: Dialect, *, name: str, wanted: list[str], positional: bool
) -> tuple[pa.Table, np.ndarray]:
    """Columns as strings, and the line on which each row begins.

    Args:
        path: the file.
        dialect: see ``DIALECTS``.
        name: the file's name for messages.
        wanted: names of the columns to keep, all of them in ``header``.
        positional: the file has no header.

    Returns:
        Table of N rows, and (N,) int64 line numbers; the file's first line is 1.

    Raises:
        DataError: ragged rows, an unclosed quote, another encoding, no rows.
    """
    content = read_bytes(path)
    try:
        table = _parse(content, dialect, wanted, positional=positional)
    except pa.ArrowInvalid as error:
        raise _explain(content, dialect, name, str(error)) from error
    if not table.num_rows:
        raise _no_rows(name)
    return table, _row_lines(content, dialect, table.num_rows, name, header_lines=not positional)


def _header(content: bytes, dialect: Dialect, *, positional: bool) -> list[str]:
    first = next(_rows(content, dialect), (1, 1, []))[2]
    return [f"f{i}" for i in range(len(first))] if positional else first


def _parse(content: bytes, dialect: Dialect, wanted: list[str], *, positional: bool) -> pa.Table:
    return pa_csv.read_csv(
        pa.py_buffer(content),
        read_options=pa_csv.ReadOptions(autogenerate_column_names=positional, block_size=_BLOCK),
        parse_options=pa_csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char='"' if dialect.quoted else False,
            newlines_in_values=dialect.quoted,
        ),
        convert_options=pa_csv.ConvertOptions(
            include_columns=wanted,
            column_types=dict.fromkeys(wanted, TEXT),
            strings_can_be_null=False,
        ),
    )


def _row_lines(
    content: bytes, dialect: Dialect, rows: int, name: str, *, header_lines: bool
) -> np.ndarray:
    """(rows,) lines on which the rows begin.

    One row a line is the common case and is settled by counting line ends; blank lines
    and quoted line ends need a walk over the file.
    """
    ends = content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")
    lines = ends + (not content.endswith((b"\n", b"\r")))
    if lines == rows + header_lines:
        return np.arange(1, rows + 1, dtype=np.int64) + header_lines
    begins = [begin for begin, _, _ in _rows(content, dialect)][header_lines:]
    _refuse_unclosed_quote(content, dialect, begins, name)
    if len(begins) != rows:
        raise DataError(
            f"its quotes can be read in two ways: as {rows} rows or as {len(begins)}",
            place=name,
            hint='write a quote inside a quoted field twice: "a ""word"" in quotes"',
        )
    return np.array(begins, dtype=np.int64)


def _rows(content: bytes, dialect: Dialect) -> Iterator[tuple[int, int, list[str]]]:
    """First line, last line and fields of each row; blank lines are passed over."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", errors="replace", newline="")
    # The limit is the module's own; a file that fits in memory has no field that is too long.
    before = csv.field_size_limit(sys.maxsize)
    try:
        reader = csv.reader(
            text,
            delimiter=dialect.delimiter,
            quoting=csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE,
        )
        last = 0
        for fields in reader:
            if fields:
                yield last + 1, reader.line_num, fields
            last = reader.line_num
    finally:
        csv.field_size_limit(before)


def _refuse_unclosed_quote(content: bytes, dialect: Dialect, begins: list[int], name: str) -> None:
    """A quote that is never closed swallows the rest of the file into one field."""
    if not dialect.quoted or not begins:
        return
    tail = b"".join(content.splitlines(keepends=True)[begins[-1] - 1 :])
    text = io.StringIO(tail.decode("utf-8", errors="replace"), newline="")
    try:
        for _ in csv.reader(text, strict=True):
            pass
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise _unclosed(name, begins[-1]) from error


def _no_rows(name: str) -> DataError:
    return DataError(
        "it has a header and no rows", place=name, hint="add rows, or name another file"
    )


def _unclosed(name: str, line: int) -> DataError:
    return DataError(
        "a quote opens in this row and is never closed",
        place=f"{name}:{line}",
        hint='close it, or write it as data: a field that has quotes is itself quoted, "a ""b"" c"',
    )


def _explain(content: bytes, dialect: Dialect, name: str, said: str) -> DataError:
    """What is wrong with a file that could not be parsed, row by row."""
    try:
        refuse_other_encodings(content, name=name)
    except DataError as error:
        return error
    rows = [(begin, len(fields)) for begin, _, fields in _rows(content, dialect)]
    if len(rows) == 1 and "Empty CSV" in said:
        return _no_rows(name)
    expected = rows[0][1]
    ragged = [(line, found) for line, found in rows if found != expected]
    try:
        _refuse_unclosed_quote(content, dialect, [line for line, _ in rows], name)
    except DataError as error:
        return error
    if not ragged:
        return DataError(f"it cannot be read: {said.splitlines()[0]}", place=name)
    usual = Counter(found for _, found in rows).most_common(1)[0][0]
    hint = (
        "a field with a comma or a line end in it must be in double quotes"
        if dialect.quoted
        else "a tab inside a field must be written as a space"
    )
    if usual != expected:
        hint = f"most rows have {usual} fields: is the first line the header?"
    problems = [
        Problem(
            f"this row has {_fields(found)}, the first line has {expected}",
            place=f"{name}:{line}",
        )
        for line, found in ragged[:_SHOWN]
    ]
    more = len(ragged) - len(problems)
    counted = f"and {more} more such row{'s' * (more != 1)}; " if more else ""
    last = problems[-1]
    problems[-1] = Problem(last.message, place=last.place, hint=counted + hint)
    return DataError(problems)


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"
