"""From the columns that a reader found to the table that leaves this package."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import ROW_ID, Column
from pipeline.data.columns import Asked
from pipeline.data.kinds import TEXT, TYPES, from_arrow, from_values
from pipeline.errors import DataError, Problem

CONTEXT = "context"
"""Our name of the column in which the answers of a row stand."""


def convert(
    found: Mapping[str, pa.ChunkedArray],
    chosen: Mapping[str, str],
    asked: Asked,
    *,
    numbers: np.ndarray,
    name: str,
) -> pa.Table:
    """Columns as Arrow holds them -> the table of a file or a split.

    Args:
        found: theirs -> (N,) of any type.
        chosen: ours -> theirs.
        asked: the task's columns and who is told.
        numbers: (N,) each row's number in its file.
        name: the file or split; begins the row ids.

    Raises:
        DataError: all values that are not of their column's kind, a few rows a column.
    """
    return _converted(
        lambda theirs, **how: from_arrow(found[theirs], **how),
        chosen, asked, numbers=numbers, name=name,
    )  # fmt: skip


def convert_values(
    values: Callable[[str], Sequence[Any]],
    chosen: Mapping[str, str],
    asked: Asked,
    *,
    numbers: np.ndarray,
    name: str,
) -> pa.Table:
    """The same of plain values, of JSON say, in which None is missing.

    Args:
        values: theirs -> N of them.
    """
    return _converted(
        lambda theirs, **how: from_values(values(theirs), **how),
        chosen, asked, numbers=numbers, name=name,
    )  # fmt: skip


def names(schema: pa.Schema) -> list[str]:
    """Names of the columns, and of those inside structs as ``outer.inner``."""
    return [name for field in schema for name in _names(field)]


def column(table: pa.Table, name: str) -> pa.ChunkedArray:
    """The column of one of the ``names``."""
    outer, dot, inner = name.partition(".")
    if name in table.column_names or not dot:
        return table[name]
    return pc.struct_field(table[outer], inner.split("."))


def finish(
    found: Mapping[str, pa.ChunkedArray],
    columns: Mapping[str, Column],
    *,
    numbers: np.ndarray,
    name: str,
) -> pa.Table:
    """Put ``row_id``, ``name:number``, before columns that have the types of their kinds.

    An optional text that is not there is an empty one; answers without a start are looked for
    in their context.
    """
    ids = pc.binary_join_element_wise(
        pa.scalar(name, TEXT), pa.array(numbers).cast(TEXT), pa.scalar(":", TEXT)
    )
    finished = {ROW_ID: ids, **found}
    for ours, values in found.items():
        column = columns[ours]
        if column.kind == "text" and not column.required and values.null_count:
            finished[ours] = pc.fill_null(values, "")
        elif column.kind == "answers" and CONTEXT in found:
            finished[ours] = _located(values, found[CONTEXT])
    return pa.table(finished)


def _converted(
    read: Callable[..., pa.ChunkedArray],
    chosen: Mapping[str, str],
    asked: Asked,
    *,
    numbers: np.ndarray,
    name: str,
) -> pa.Table:
    """The table of what ``read`` makes of each column; all that is wrong is told at once."""
    columns: dict[str, pa.ChunkedArray] = {}
    problems: list[Problem] = []
    for ours, theirs in chosen.items():
        try:
            columns[ours] = read(
                theirs, kind=asked.columns[ours].kind, numbers=numbers, place=name,
                column=theirs, report=asked.report, marks=asked.marks,
                inside=partial(_inside, asked, ours, theirs),
            )  # fmt: skip
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return finish(columns, asked.columns, numbers=numbers, name=name)


def _inside(asked: Asked, ours: str, theirs: str, key: str) -> str:
    return asked.spelled({ours: f"{theirs}.{key}"})


def _names(field: pa.Field) -> list[str]:
    inner = field.type.fields if pa.types.is_struct(field.type) else []
    return [field.name, *(f"{field.name}.{name}" for one in inner for name in _names(one))]


def _located(answers: pa.ChunkedArray, contexts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Starts of -1 become the place where the answer first stands in its context, if it does."""
    starts = pc.struct_field(pc.list_flatten(answers), "start")
    if not pc.any(pc.less(starts, 0)).as_py():
        return answers
    rows = answers.to_pylist()
    for row, context in zip(rows, contexts.to_pylist(), strict=True):
        for answer in row or ():
            if answer["start"] < 0 and context is not None:
                answer["start"] = context.find(answer["text"])
    return pa.chunked_array([pa.array(rows, TYPES["answers"])])
