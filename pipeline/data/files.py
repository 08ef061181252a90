"""Rows from files of all formats, as one table.

A row is known by its file and the number that a person sees there: the line of a text
file on which it begins, its place in a JSON list, its row in a Parquet file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from pipeline import checksums
from pipeline.contracts import Column, Json, Reporter, Silent
from pipeline.data import conll, delimited, json_rows, parallel, parquet_rows, plain_text, squad
from pipeline.data.column_faults import which
from pipeline.data.columns import Asked
from pipeline.data.dialects import USUAL, dialect_of
from pipeline.data.paths import Format, Found
from pipeline.data.recognition import recognise
from pipeline.data.spec import Unit
from pipeline.data.tables import column, convert
from pipeline.errors import DataError, Problem

_WITHOUT_HEADER = frozenset(("csv", "tsv", "conll", "conllu"))


def header(path: Path, asked: Asked | None = None) -> list[str]:
    """Names of the columns of a file; no more of it is read than needs be.

    Args:
        path: the file.
        asked: what the task needs, which decides how files that have several readings are read.

    Raises:
        DataError: missing, empty, unreadable, or not what its ending says.
    """
    asked = asked or Asked()
    kind = recognise(path, asked)
    if kind == "parquet":
        return parquet_rows.header(path)
    if kind in ("conll", "conllu"):
        return conll.header(path, asked, universal=kind == "conllu")
    if kind == "squad":
        return list(squad.HEADER)
    if kind == "text":
        return plain_text.header(asked)
    if kind in ("json", "jsonl"):
        return json_rows.header(path, lines=kind == "jsonl")
    dialect = dialect_of(path, kind, asked)
    return delimited.header(path, dialect, positional=asked.positional)


def check(found: Found, asked: Asked, *, key: str) -> None:
    """Whether files have the task's columns; no row is read.

    Raises:
        DataError: unreadable files, columns that are missing or there twice.
    """
    if isinstance(found, dict):
        parallel.check(found, asked, key=key)
        return
    problems: list[Problem] = []
    for path in found:
        try:
            asked.choose(header(path, asked), place=str(path))
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)


def read(
    files: Found,
    columns: Mapping[str, Column],
    mapping: Mapping[str, str | int],
    *,
    names: Mapping[Path, str],
    unit: Unit = "paragraph",
    report: Reporter | None = None,
) -> pa.Table:
    """All rows of all files, in order.

    Args:
        files: what ``paths.find`` found.
        columns: the task's columns.
        mapping: ours -> theirs; a position from 1 says that there is no header.
        names: file -> its short name, which begins its row ids.
        unit: what of a plain text is a row.
        report: told how values were read where that is a choice.

    Returns:
        Table with ``row_id`` and the task's columns that are there, in the types of their kinds.

    Raises:
        DataError: everything that is wrong with any of the files.
    """
    asked = Asked(columns, mapping, unit, report or Silent())
    if isinstance(files, dict):
        return parallel.read(files, asked, names)
    tables: list[pa.Table] = []
    problems: list[Problem] = []
    for path in files:
        try:
            tables.append(read_one(path, asked, names[path]))
        except DataError as error:
            problems += error.problems
    problems += _uneven(tables, [names[path] for path in files])
    if problems:
        raise DataError(problems)
    return pa.concat_tables(tables)


def describe(
    files: Mapping[str, Sequence[Path]], names: Mapping[Path, str], report: Reporter
) -> dict[str, list[Json]]:
    """What the lock file keeps of each split's files: name, size and hash, no folder.

    Args:
        files: split -> its files.
        names: file -> its short name.
        report: for progress; gigabytes take seconds.
    """
    hashes = checksums.sha256({name: path for path, name in names.items()}, report)
    return {
        split: [
            {"name": names[path], "bytes": path.stat().st_size, "sha256": hashes[names[path]]}
            for path in paths
        ]
        for split, paths in files.items()
    }


def read_one(path: Path, asked: Asked, name: str) -> pa.Table:
    """All rows of one file; see ``read``."""
    kind = kind_of(path, asked, name)
    if kind in ("conll", "conllu"):
        return conll.read(path, asked, name=name, universal=kind == "conllu")
    if kind == "squad":
        return squad.read(path, asked, name=name)
    if kind == "text":
        return plain_text.read(path, asked, name=name)
    if kind in ("json", "jsonl"):
        return json_rows.read(path, asked, name=name, lines=kind == "jsonl")
    if kind == "parquet":
        chosen = asked.choose(parquet_rows.header(path), place=name)
        wanted = list(dict.fromkeys(chosen.values()))
        table, numbers = parquet_rows.read(path, name=name, wanted=wanted)
    else:
        # Which dialect it is may take the whole file to tell: it is asked once.
        dialect = dialect_of(path, kind, asked)
        there = delimited.header(path, dialect, positional=asked.positional)
        chosen = asked.choose(there, place=name)
        wanted = list(dict.fromkeys(chosen.values()))
        table, numbers = delimited.read(
            path, dialect, name=name, wanted=wanted, positional=asked.positional,
            report=asked.report,
        )  # fmt: skip
        if dialect != USUAL[kind]:
            quotes = "mark fields, as in CSV" if dialect.quoted else "are characters"
            asked.report.note(f"{name}: fields are set apart by {dialect.named}; quotes {quotes}")
    found = {theirs: column(table, theirs) for theirs in wanted}
    return convert(found, chosen, asked, numbers=numbers, name=name)


def kind_of(path: Path, asked: Asked, name: str) -> Format:
    """How to read a file.

    Raises:
        DataError: columns are given by position, and the file has names for them.
    """
    kind = recognise(path, asked)
    if asked.positional and kind not in _WITHOUT_HEADER:
        there = header(path, asked)
        raise DataError(
            f"columns by position are for CSV, TSV and CoNLL; a {kind} file has names:"
            f" {', '.join(there)}",
            place=name,
            hint=which({ours: ours for ours in asked.mapping}, there, asked.spelled),
        )
    return kind


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
