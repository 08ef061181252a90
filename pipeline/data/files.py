"""Rows from CSV, TSV, JSON, JSONL and Parquet files, as one table of strings.

A row is known by its file and the number that a person sees there: the line of a text
file on which it begins, its place in a JSON list, its row in a Parquet file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.contracts import ROW_ID, Column, Json
from pipeline.data import delimited, json_rows
from pipeline.data.columns import TEXT, as_text, choose
from pipeline.data.paths import format_of
from pipeline.errors import DataError, Problem

Mapped = Mapping[str, str | int]


def header(path: Path, *, positional: bool = False) -> list[str]:
    """Names of the columns of a file; no more of it is read than needs be.

    Raises:
        DataError: missing, empty, unreadable, or not what its ending says.
    """
    kind = format_of(path)
    if kind in delimited.DIALECTS:
        return delimited.header(path, delimited.DIALECTS[kind], positional=positional)
    if kind == "parquet":
        return list(_open_parquet(path).schema_arrow.names)
    return json_rows.header(path, lines=kind == "jsonl")


def read(
    files: Sequence[Path],
    columns: Mapping[str, Column],
    mapping: Mapped,
    *,
    names: Mapping[Path, str],
) -> pa.Table:
    """All rows of all files, in order.

    Args:
        files: what ``paths.resolve`` found.
        columns: the task's columns.
        mapping: ours -> theirs; a position from 1 says that there is no header.
        names: file -> its short name, which begins its row ids.

    Returns:
        Table with ``row_id`` and the task's columns that are there, all strings.

    Raises:
        DataError: everything that is wrong with any of the files.
    """
    tables: list[pa.Table] = []
    problems: list[Problem] = []
    for path in files:
        try:
            tables.append(_read_one(path, columns, mapping, names[path]))
        except DataError as error:
            problems += error.problems
    problems += _uneven(tables, [names[path] for path in files])
    if problems:
        raise DataError(problems)
    return pa.concat_tables(tables)


def describe(files: Sequence[Path], names: Mapping[Path, str]) -> list[Json]:
    """What the lock file keeps of each file: name, size and hash; no folder of this machine."""
    described = []
    for path in files:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        described.append(
            {"name": names[path], "bytes": path.stat().st_size, "sha256": digest},
        )
    return described


def with_row_ids(
    columns: Mapping[str, pa.ChunkedArray], numbers: np.ndarray, *, name: str
) -> pa.Table:
    """A table of these columns with ``row_id`` before them: ``name:number``."""
    ids = pc.binary_join_element_wise(
        pa.scalar(name, TEXT), pa.array(numbers).cast(TEXT), pa.scalar(":", TEXT)
    )
    return pa.table({ROW_ID: ids, **columns})


def _read_one(path: Path, columns: Mapping[str, Column], mapping: Mapped, name: str) -> pa.Table:
    kind = format_of(path)
    positional = any(isinstance(theirs, int) for theirs in mapping.values())
    if positional and kind not in delimited.DIALECTS:
        raise DataError(
            f"columns by position are for CSV and TSV; a {kind} file has names",
            place=name,
            hint=f"its columns are: {', '.join(header(path))}",
        )
    if kind == "parquet":
        return _read_parquet(path, columns, mapping, name)
    if kind in delimited.DIALECTS:
        dialect = delimited.DIALECTS[kind]
        there = delimited.header(path, dialect, positional=positional)
        chosen = choose(columns, mapping, there, place=name)
        wanted = list(dict.fromkeys(chosen.values()))
        table, numbers = delimited.read(
            path, dialect, name=name, wanted=wanted, positional=positional
        )
        found = {ours: table[theirs] for ours, theirs in chosen.items()}
    else:
        found, numbers = json_rows.read(path, columns, mapping, name=name, lines=kind == "jsonl")
    return with_row_ids(found, numbers, name=name)


def _read_parquet(
    path: Path, columns: Mapping[str, Column], mapping: Mapped, name: str
) -> pa.Table:
    file = _open_parquet(path)
    chosen = choose(columns, mapping, list(file.schema_arrow.names), place=name)
    table = file.read(columns=list(dict.fromkeys(chosen.values())))
    if not table.num_rows:
        raise DataError("it has no rows", place=name)
    found: dict[str, pa.ChunkedArray] = {}
    problems: list[Problem] = []
    for ours, theirs in chosen.items():
        try:
            found[ours] = as_text(table[theirs], place=name, column=theirs)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return with_row_ids(found, np.arange(1, table.num_rows + 1), name=name)


def _open_parquet(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except PermissionError as error:
        raise DataError("there is no permission to read it", place=str(path)) from error
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(
            "its name ends in .parquet, but it is no whole Parquet file",
            place=str(path),
            hint="copy or download it again, or rename it by what it is",
        ) from error


def _uneven(tables: Sequence[pa.Table], names: Sequence[str]) -> list[Problem]:
    """Files of one split must agree on which optional columns there are."""
    return [
        Problem(
            f"it has the columns {', '.join(table.column_names[1:])}, but {names[0]} has "
            f"{', '.join(tables[0].column_names[1:])}",
            place=name,
            hint="read together, files need the same columns: rename or map them",
        )
        for table, name in zip(tables, names, strict=False)
        if table.column_names != tables[0].column_names
    ]
