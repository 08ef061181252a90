"""What is wrong with rows that were read well: values missing, words without tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import ROW_ID, Column, ColumnKind
from pipeline.data.hashing import in_batches
from pipeline.errors import Problem

_SHOWN = 5
_SPELLED = ("nan", "null", "<na>", "#n/a")
"""How programs write a cell that has no value."""

_ABSENT: Mapping[ColumnKind, str] = {
    "text": "an empty text",
    "label": "no label",
    "number": "no number",
    "labels": "no list of labels",
    "words": "no words",
    "tags": "no tags",
    "texts": "no text",
    "answers": "no answers",
    "messages": "no messages",
}
"""What a row lacks."""
_EMPTY: Mapping[ColumnKind, str] = {
    "labels": "write [] for a row that has none, or remove the row",
    "answers": "write [] for a question that has none, or remove the row",
}
"""What to do about it where having none is an answer too."""
_LEAVE_OUT = "leave such rows out: doctor.missing: drop"


def complete(table: pa.Table, columns: Mapping[str, Column]) -> pa.Table:
    """The rows that lack no value."""
    for name in _needed(table, columns):
        table = table.filter(pc.invert(_missing(table[name], columns[name].kind)))
    return table


def dropped(split: str, count: int) -> str:
    """What is said where ``complete`` left rows out."""
    what = "1 row that lacks" if count == 1 else f"{count} rows that lack"
    return f"{split}: dropped {what} a value"


def missing_values(split: str, table: pa.Table, columns: Mapping[str, Column]) -> list[Problem]:
    """Values that are empty, blank or absent, a problem a column; an optional text may be."""
    return [
        absent(split, name, columns[name].kind, first_rows(rows), len(rows), or_else=_LEAVE_OUT)
        for name, rows in lacking(table, columns).items()
    ]


def lacking(table: pa.Table, columns: Mapping[str, Column]) -> dict[str, pa.ChunkedArray]:
    """The ids of the rows whose value is missing, by column; columns that are whole left out."""
    found = {
        name: _rows_where(table, name, partial(_missing, kind=columns[name].kind))[ROW_ID]
        for name in _needed(table, columns)
    }
    return {name: rows for name, rows in found.items() if len(rows)}


def absent(
    place: str, name: str, kind: ColumnKind, rows: str, count: int, *, or_else: str
) -> Problem:
    """Values that are missing in a column, in words.

    Args:
        rows: the first of them, as ``first_rows`` says.
        or_else: what a person can do who does not fill them in.
    """
    counted = "1 row has" if count == 1 else f"{count:,} rows have"
    hint = _EMPTY.get(kind, f"fill them in, or {or_else}")
    return Problem(f"{counted} {_ABSENT[kind]} in '{name}': {rows}", place=place, hint=hint)


def spelled_gaps(split: str, table: pa.Table, columns: Mapping[str, Column]) -> list[Problem]:
    """Labels such as ``NaN``, which stand as words and may be meant as missing."""
    problems = []
    for name, column in columns.items():
        if column.kind != "label" or name not in table.column_names:
            continue
        found = _rows_where(table, name, _is_spelled)
        if found.num_rows:
            words = ", ".join(f"'{word}'" for word in pc.unique(found[name]).to_pylist())
            problems.append(
                Problem(
                    f"{_count(found.num_rows, 'row')} with the label {words}, which is taken for"
                    f" a class: {first_rows(found[ROW_ID])}",
                    place=split,
                    hint="if it means that there is none, empty the cell or remove the row",
                )
            )
    return problems


def unequal_lengths(split: str, table: pa.Table, columns: Mapping[str, Column]) -> list[Problem]:
    """Rows that do not have a tag for each of their words, a problem a row."""
    there = {column.kind: name for name, column in columns.items() if name in table.column_names}
    if "words" not in there or "tags" not in there:
        return []
    words = pc.list_value_length(table[there["words"]])
    tags = pc.list_value_length(table[there["tags"]])
    odd = table.select([ROW_ID]).append_column("words", words).append_column("tags", tags)
    odd = odd.filter(pc.not_equal(words, tags))
    shown = [
        Problem(
            f"{_count(row['words'], 'word')}, {_count(row['tags'], 'tag')} in '{there['tags']}'",
            place=f"{split}: {row[ROW_ID]}",
            hint="each word needs a tag of its own",
        )
        for row in odd.slice(0, _SHOWN).to_pylist()
    ]
    more = odd.num_rows - len(shown)
    return [*shown, Problem(f"and {more} more such rows", place=split)] if more else shown


def first_rows(rows: pa.ChunkedArray) -> str:
    """The first few row ids, and how many more there are."""
    shown = ", ".join(rows.slice(0, _SHOWN).to_pylist())
    more = len(rows) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _rows_where(
    table: pa.Table, name: str, chooses: Callable[[pa.ChunkedArray], pa.ChunkedArray]
) -> pa.Table:
    """Ids and values of the rows whose value is chosen, looked at a batch at a time."""
    column = table.select([ROW_ID, name])
    parts = [part.filter(chooses(part[name])) for part in in_batches(column)]
    return pa.concat_tables([column.slice(0, 0), *parts])


def _is_spelled(labels: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.is_in(pc.utf8_lower(labels), value_set=pa.array(_SPELLED))


def _needed(table: pa.Table, columns: Mapping[str, Column]) -> list[str]:
    """The columns that must have a value in each row."""
    return [
        name
        for name, column in columns.items()
        if name in table.column_names and (column.required or column.kind != "text")
    ]


def _missing(values: pa.ChunkedArray, kind: ColumnKind) -> pa.ChunkedArray:
    """(N,) true where there is nothing; a row may well have no labels and no answers."""
    if kind in ("text", "label"):
        return pc.fill_null(pc.equal(pc.utf8_trim_whitespace(values), ""), True)
    if kind in ("words", "messages"):
        return pc.fill_null(pc.equal(pc.list_value_length(values), 0), True)
    if kind == "texts":
        filled = [bool(row) and any(text.strip() for text in row) for row in values.to_pylist()]
        return pa.chunked_array([pc.invert(pa.array(filled, pa.bool_()))])
    return values.is_null()


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
