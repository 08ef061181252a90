"""What is wrong with a table that could not be parsed, row by row."""

from __future__ import annotations

import csv
from collections import Counter

from pipeline.data import raw
from pipeline.data.dialects import Dialect
from pipeline.data.dialects import rows as rows_in
from pipeline.errors import DataError, Problem

_SHOWN = 5


def refuse_unclosed_quote(content: bytes, dialect: Dialect, begins: list[int], name: str) -> None:
    """A quote that is never closed swallows the rest of the file into one field."""
    if not dialect.quoted or not begins:
        return
    tail = b"".join(content.splitlines(keepends=True)[begins[-1] - 1 :])
    try:
        for _ in rows_in(tail, dialect, strict=True):
            pass
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise _unclosed(name, begins[-1]) from error


def no_rows(name: str) -> DataError:
    """A header alone."""
    return DataError(
        "it has a header and no rows", place=name, hint="add rows, or name another file"
    )


def _unclosed(name: str, line: int) -> DataError:
    return DataError(
        "a quote opens in this row and is never closed",
        place=f"{name}:{line}",
        hint='close it, or write it as data: a field that has quotes is itself quoted, "a ""b"" c"',
    )


def explain(content: bytes, dialect: Dialect, name: str, said: str) -> DataError:
    """What is wrong with a file that could not be parsed, row by row."""
    rows = [(begin, len(fields)) for begin, _, fields in rows_in(content, dialect)]
    if len(rows) == 1 and "Empty CSV" in said:
        return no_rows(name)
    expected = rows[0][1]
    ragged = [(line, found) for line, found in rows if found != expected]
    try:
        refuse_unclosed_quote(content, dialect, [line for line, _ in rows], name)
    except DataError as error:
        return error
    if not ragged:
        return _unknown(name, said)
    usual = Counter(found for _, found in rows).most_common(1)[0][0]
    hint = (
        f"fields are set apart by {dialect.named} here: a field that holds one, or a line end, must"
        " be in double quotes"
        if dialect.quoted
        else f"fields are set apart by {dialect.named} here: none may stand inside a field"
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


def _unknown(name: str, said: str) -> DataError:
    if "straddl" in said:  # a row that goes on over the lines of a quoted field
        return DataError(
            f"it has a row of more than {raw.LONGEST_LINE >> 20} MB",
            place=name,
            hint="is a quote closed much later than it should be? else cut the field",
        )
    return DataError(f"it cannot be read: {said.splitlines()[0]}", place=name)


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"
