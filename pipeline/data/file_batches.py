"""Rows of files as tables of a task's columns, a few thousand rows at a time.

What ``files.read`` gives at once comes here batch by batch, with the same row ids. The first
rows of a file say which of the optional columns it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.contracts import Json
from pipeline.data import files, json_rows, parquet_rows, plain_text, streams
from pipeline.data.columns import Asked
from pipeline.data.hashing import in_batches
from pipeline.data.one_by_one import Numbered
from pipeline.data.paths import Format
from pipeline.data.tables import column, convert, convert_values
from pipeline.errors import DataError


def batches(
    paths: Sequence[Path], asked: Asked, *, names: Mapping[Path, str]
) -> Iterator[pa.Table]:
    """All rows of all files, in order; no batch is empty.

    Args:
        paths: the files of one split.
        asked: the task's columns, and what they are called here.
        names: file -> its short name, which begins its row ids.

    Raises:
        DataError: the first file or row that is wrong.
    """
    there: list[str] = []
    for path in paths:
        name = names[path]
        rows = 0
        for table in _of_file(path, replace(asked, marks={}), name):
            there = there or table.column_names
            if table.column_names != there:
                raise DataError(
                    f"it has the columns {', '.join(table.column_names[1:])}, but"
                    f" {names[paths[0]]} has {', '.join(there[1:])}",
                    place=name,
                    hint="read together, files need the same columns: rename or map them",
                )
            rows += table.num_rows
            yield table
        if not rows:
            raise DataError("it has no rows", place=name)


def _of_file(path: Path, asked: Asked, name: str) -> Iterator[pa.Table]:
    kind = files.kind_of(path, asked, name)
    if kind == "squad":
        whole = files.read(
            [path], asked.columns, asked.mapping, names={path: name}, report=asked.report
        )
        asked.advance(path.stat().st_size)
        return in_batches(whole)
    if kind == "parquet":
        return _of_parquet(path, asked, name)
    rows = streams.of_file(path, asked, name=name)
    given = replace(asked, mapping={}) if rows.ours else asked
    return _of_rows(_numbered(rows.rows(), given, kind), given, name)


def _of_parquet(path: Path, asked: Asked, name: str) -> Iterator[pa.Table]:
    chosen = asked.choose(parquet_rows.header(path), place=name)
    wanted = list(dict.fromkeys(chosen.values()))
    parts = parquet_rows.batches(path, name=name, wanted=wanted, rows=streams.ROWS)
    size, rows, before = path.stat().st_size, parquet_rows.count(path), 0
    for table, numbers in parts:
        found = {theirs: column(table, theirs) for theirs in wanted}
        yield convert(found, chosen, asked, numbers=numbers, name=name)
        done = size * int(numbers[-1]) // rows
        asked.advance(done - before)
        before = done


def _numbered(rows: Iterator[Numbered], asked: Asked, kind: Format) -> Iterator[Numbered]:
    if kind != "text":
        return rows
    (ours,) = plain_text.header(asked)
    lines = ((number, row[ours]) for number, row in rows)
    return ((number, {ours: text}) for number, text in plain_text.units(lines, asked.unit))


def _of_rows(rows: Iterator[Numbered], asked: Asked, name: str) -> Iterator[pa.Table]:
    chosen: dict[str, str] = {}
    for numbers, batch in streams.bounded(rows, most=streams.ROWS):
        there = dict.fromkeys(key for row in batch for key in json_rows.keys(row))
        if not chosen:
            chosen = asked.choose(list(there), place=name)
        _refuse_latecomers(there, chosen, asked, f"{name}:{numbers[0]}")
        yield convert_values(
            _taking(batch), chosen, asked, numbers=np.asarray(numbers, np.int64), name=name
        )


def _taking(rows: Sequence[Json]) -> Callable[[str], list[Any]]:
    return lambda theirs: [json_rows.value(row, theirs) for row in rows]


def _refuse_latecomers(
    there: Mapping[str, None], chosen: Mapping[str, str], asked: Asked, place: str
) -> None:
    """A column that the first rows of a file lack would be lost in silence."""
    late = [
        theirs
        for ours in asked.columns
        if ours not in chosen and (theirs := asked.mapping.get(ours, ours)) in there
    ]
    if late:
        raise DataError(
            f"from about this row on there is a column '{late[0]}', which the first rows lack",
            place=place,
            hint="write it into every row, empty where there is nothing, or leave streaming out",
        )
