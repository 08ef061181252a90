"""Columns as the task's kinds have them: Arrow columns that were read, or plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import ColumnKind, Reporter
from pipeline.data import values as one_value
from pipeline.errors import DataError, Problem

TEXT = pa.string()
"""Type of texts and labels."""

TYPES: Mapping[ColumnKind, pa.DataType] = {
    "text": TEXT,
    "label": TEXT,
    "number": pa.float64(),
    "labels": pa.list_(TEXT),
    "words": pa.list_(TEXT),
    "tags": pa.list_(TEXT),
    "texts": pa.list_(TEXT),
    "answers": pa.list_(pa.struct([("text", TEXT), ("start", pa.int64())])),
    "messages": pa.list_(pa.struct([("role", TEXT), ("content", TEXT)])),
}
"""Type of every column that leaves this package, by its kind."""

_SHOWN = 5

Inside = Callable[[str], str]
"""What to type so that what lies under a key of an object is read, and not the object."""


def from_arrow(
    values: pa.ChunkedArray,
    kind: ColumnKind,
    *,
    numbers: np.ndarray,
    place: str,
    column: str,
    report: Reporter,
    marks: dict[str, str] | None = None,
    inside: Inside | None = None,
) -> pa.ChunkedArray:
    """A column that was read, in the type of its kind.

    Args:
        values: (N,) of any type.
        kind: the kind of the task's column.
        numbers: (N,) the row's number in its file, for messages.
        place: the file or split, for messages.
        column: the name that the column has there, for messages.
        report: told how the labels of a cell were set apart.
        marks: as in ``Asked``.
        inside: for hints where an object stands in the place of one value.

    Raises:
        DataError: the first rows whose value is none of this kind, with what they hold.
    """
    if kind in ("text", "label"):
        return as_text(values, kind, numbers=numbers, place=place, column=column, inside=inside)
    quick = _quickly(values, kind)
    if quick is not None:
        return quick
    return from_values(
        values.to_pylist(), kind, numbers=numbers, place=place, column=column, report=report,
        marks=marks, inside=inside,
    )  # fmt: skip


def from_values(
    values: Sequence[Any],
    kind: ColumnKind,
    *,
    numbers: np.ndarray,
    place: str,
    column: str,
    report: Reporter,
    marks: dict[str, str] | None = None,
    inside: Inside | None = None,
) -> pa.ChunkedArray:
    """Plain values, of JSON say, in the type of their column's kind; None stays null.

    Arguments and errors are those of ``from_arrow``.
    """
    if kind == "labels":
        mark = one_value.mark_of(values)
        known = None if marks is None else marks.get(column)
        if known is not None:
            mark = _same_mark(known, mark, column, f"{place}:{numbers[0]}")
        elif mark is not None:
            report.note(f"{place}: the labels in '{column}' are split at '{mark}'")
            if marks is not None:
                marks[column] = mark
        read: Callable[[Any], Any] = partial(one_value.labels, mark=mark)
    else:
        read = _READERS[kind]
    found, problems = [], []
    for number, value in zip(numbers.tolist(), values, strict=True):
        try:
            found.append(None if value is None else read(value))
        except one_value.Unfit as error:
            message = f"column '{column}' {error.found}"
            problems.append(Problem(message, place=f"{place}:{number}", hint=error.hint))
        except TypeError:
            parts = list(value) if isinstance(value, dict) else []
            problems.append(
                _nested(column, one_value.kind_of(value), kind, f"{place}:{number}", parts, inside)
            )
    if problems:
        raise DataError(first(problems))
    try:
        return pa.chunked_array([pa.array(found, TYPES[kind])])
    except (UnicodeEncodeError, OverflowError, pa.ArrowException) as error:
        raise _unwritable(found, kind, numbers, place, column) from error


def _same_mark(known: str, found: str | None, column: str, place: str) -> str:
    """The mark that rows before were split at; another that comes before it would be the mark."""
    if found is not None and one_value.MARKS.index(found) < one_value.MARKS.index(known):
        raise DataError(
            f"the labels in '{column}' were split at '{known}' so far, and from about here on"
            f" there are some with '{found}'",
            place=place,
            hint=f"use '{found}' in every row, write lists, or leave streaming out",
        )
    return known


def as_text(
    values: pa.ChunkedArray,
    wanted: ColumnKind,
    *,
    numbers: np.ndarray,
    place: str,
    column: str,
    inside: Inside | None = None,
) -> pa.ChunkedArray:
    """Any scalar column as strings: 1 and 1.0 become "1", true becomes "true".

    NaN counts as missing, as tables written from data frames hold it for an empty cell.

    Raises:
        DataError: lists, structs or bytes, with the first row that holds one.
    """
    kind = values.type
    if pa.types.is_dictionary(kind):
        plain = values.cast(kind.value_type)
        return as_text(plain, wanted, numbers=numbers, place=place, column=column, inside=inside)
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        row = numbers[int(np.argmax(values.is_valid().to_numpy()))] if len(values) else 1
        parts = [field.name for field in kind.fields] if pa.types.is_struct(kind) else []
        raise DataError(_nested(column, str(kind), wanted, f"{place}:{row}", parts, inside))
    if pa.types.is_floating(kind):
        wide = pc.if_else(pc.is_nan(values), None, values.cast(pa.float64()))
        whole = pc.and_(pc.equal(wide, pc.round(wide)), pc.less(pc.abs(wide), 2.0**53))
        digits = pc.if_else(whole, wide, None).cast(pa.int64()).cast(TEXT)
        return pc.if_else(whole, digits, values.cast(TEXT))
    return values.cast(TEXT)


def _nested(
    column: str, found: str, wanted: ColumnKind, place: str, parts: Sequence[str],
    inside: Inside | None,
) -> Problem:  # fmt: skip
    """The refusal of a value that is not one scalar; ``parts`` are the keys of an object."""
    several = (
        "; where rows have several labels, say so:"
        " task: {name: text-classification, multi_label: true}"
    )
    part = f"say which part of it: {inside(parts[0])}, or " if parts and inside else ""
    return Problem(
        f"column '{column}' holds {found}, not a text, a number or a truth value",
        place=place,
        hint=f"{part}flatten it to one value a row{several if wanted == 'label' else ''}",
    )


def _unwritable(
    values: Sequence[Any], kind: ColumnKind, numbers: np.ndarray, place: str, column: str
) -> DataError:
    """The rows whose value is of the kind and still cannot be kept: half a character, 10**30."""
    problems = []
    for number, value in zip(numbers.tolist(), values, strict=True):
        try:
            pa.array([value], TYPES[kind])
        except (UnicodeEncodeError, OverflowError, pa.ArrowException):
            problems.append(
                Problem(
                    f"column '{column}' holds half of a character (a lone surrogate, such as"
                    " \\ud83d in JSON), or a number that is too large",
                    place=f"{place}:{number}",
                    hint="write the text anew, or remove the row",
                )
            )
    return DataError(first(problems))


def first(problems: list[Problem]) -> list[Problem]:
    """The first few of many problems of one kind, and how many more there are."""
    more = len(problems) - _SHOWN
    if more <= 0:
        return problems
    return [*problems[:_SHOWN], Problem(f"and {more} more such row{'s' * (more != 1)}")]


def _quickly(values: pa.ChunkedArray, kind: ColumnKind) -> pa.ChunkedArray | None:
    """A column of numbers or of lists of texts without looking at each value.

    None where it is neither, or holds what must be refused: row by row says where.
    """
    given = values.type
    if kind == "number" and not pa.types.is_boolean(given) and not pa.types.is_nested(given):
        try:
            numbers = values.cast(pa.float64())
        except pa.ArrowException:
            return None
        return numbers if pc.all(pc.is_finite(numbers)).as_py() is not False else None
    lists = pa.types.is_list(given) or pa.types.is_large_list(given)
    if TYPES[kind] == pa.list_(TEXT) and lists and is_text(given.value_type):
        found = values.cast(TYPES[kind])
        return found if kind != "labels" and without_gaps(found) else None
    return None


def is_text(kind: pa.DataType) -> bool:
    """Whether an Arrow type holds texts."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def without_gaps(lists: pa.ChunkedArray) -> bool:
    """Whether no list of texts holds a null or an empty text."""
    inner = pc.list_flatten(lists)
    return not inner.null_count and not pc.any(pc.equal(inner, "")).as_py()


_READERS: Mapping[ColumnKind, Callable[[Any], Any]] = {
    "text": one_value.scalar,
    "label": one_value.scalar,
    "number": one_value.number,
    "words": one_value.words,
    "tags": one_value.words,
    "texts": one_value.texts,
    "answers": one_value.answers,
    "messages": one_value.messages,
}
