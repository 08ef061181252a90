"""The training rows of files that no task has been chosen for: their columns as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.contracts import Column, Reporter
from pipeline.data import conll, delimited, json_rows, parquet_rows, plain_text, raw, squad
from pipeline.data.columns import Asked
from pipeline.data.dialects import Dialect, dialect_of
from pipeline.data.dialects import rows as rows_in
from pipeline.data.paths import format_of
from pipeline.errors import DataError

Form = str
ROWS = 20_000
"""Rows of JSON and Parquet that are looked at; tables as text are looked at whole."""
_SAMPLE = 200
_HEADER = 60
"""Longest name of a column, in characters."""


@dataclass(frozen=True)
class Seen:
    """What the training rows hold.

    Attributes:
        form: ``table``, ``tokens`` (a token a line), ``questions`` (SQuAD's JSON), ``text``, or
            ``lines`` (columns side by side).
        columns: name -> values, (N,) of any Arrow type.
        rows: N, of all rows.
        header: the columns have names; else their names are their positions, from 1.
        said: what was found out about the file, in words.
    """

    form: Form
    columns: Mapping[str, pa.ChunkedArray]
    rows: int
    header: bool = True
    said: Sequence[str] = field(default_factory=tuple)


def look(path: Path, *, report: Reporter) -> Seen:
    """Read the training rows of one file.

    Raises:
        DataError: what is wrong with it.
    """
    kind = format_of(path)
    if kind == "parquet":
        return _parquet(path)
    said = _written(path)
    if kind == "json" and squad.is_squad(path):
        return _questions(path, said)
    if kind in ("json", "jsonl"):
        return _json(path, lines=kind == "jsonl", said=said)
    if kind in ("conll", "conllu") or (kind == "tsv" and _is_token_a_line(path)):
        return _tokens(path, universal=kind == "conllu", said=said, report=report)
    if kind == "text":
        return _text(path, said)
    dialect = dialect_of(path, kind, Asked())
    if path.suffix == ".txt" and _is_prose(path, dialect):
        return _text(path, said)
    return _table(path, dialect, said=said, report=report)


def look_at_lines(files: Mapping[str, Path]) -> Seen:
    """Read columns that lie side by side."""
    columns = {
        name: pa.chunked_array([pa.array(raw.read_lines(path, name=path.name), pa.string())])
        for name, path in files.items()
    }
    rows = len(next(iter(columns.values())))
    return Seen("lines", columns, rows, said=_written(next(iter(files.values()))))


def _written(path: Path) -> tuple[str, ...]:
    form = raw.form_of(path)
    packed = ("gzip",) if form.packed else ()
    return (*packed, form.encoding, f"{form.line_ends} line ends")


def _table(path: Path, dialect: Dialect, *, said: Sequence[str], report: Reporter) -> Seen:
    sample = [fields for _, _, fields in rows_in(raw.peek(path), dialect)][:_SAMPLE]
    header = has_header(sample)
    names = delimited.header(path, dialect, positional=not header)
    wanted = [name for name in names if names.count(name) == 1]
    if not wanted:
        raise DataError("no column has a name of its own", place=str(path), hint="name them")
    table, _ = delimited.read(
        path, dialect, name=path.name, wanted=wanted, positional=not header, report=report
    )
    called = wanted if header else [str(place) for place in range(1, len(wanted) + 1)]
    columns = dict(zip(called, table.columns, strict=True))
    quotes = "quotes as in CSV" if dialect.quoted else "quotes are characters"
    first = "a header" if header else "no header"
    more = (f"fields set apart by {dialect.named}", quotes, first)
    return Seen("table", columns, table.num_rows, header, (*said, *more))


def has_header(sample: Sequence[Sequence[str]]) -> bool:
    """Whether the first of some rows names columns: short, distinct, unlike what is below."""
    if len(sample) < 2:
        return True
    first, below = sample[0], sample[1:]
    stripped = [cell.strip() for cell in first]
    if len(set(stripped)) < len(stripped) or not all(stripped):
        return False
    if any(len(cell) > _HEADER or _is_number(cell) for cell in stripped):
        return False
    for place, cell in enumerate(stripped):
        cells = [row[place].strip() for row in below if len(row) > place]
        if cells.count(cell) > 1:
            return False
        if cells and all(map(_is_number, cells)):
            return True
    # Nothing but words: names of columns have no blanks between many words, and end no sentence.
    return all(len(cell.split()) <= 4 and cell[-1:] not in ".!?" for cell in stripped)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _json(path: Path, *, lines: bool, said: Sequence[str]) -> Seen:
    rows = list(json_rows.objects(path, name=path.name, lines=lines))
    names = dict.fromkeys(key for row in rows[:ROWS] for key in json_rows.keys(row))
    columns = {}
    for name in names:
        values = [json_rows.value(row, name) for row in rows[:ROWS]]
        column = _as_arrow(values)
        if column is not None:
            columns[name] = column
    form = "JSON, one object a line" if lines else "JSON, one list"
    return Seen("table", columns, len(rows), said=(*said, form))


def _as_arrow(values: Sequence[Any]) -> pa.ChunkedArray | None:
    """Values of one kind as Arrow has them, mixed scalars as texts; None for what is neither."""
    try:
        return pa.chunked_array([pa.array(values)])
    except (pa.ArrowException, OverflowError, UnicodeEncodeError, TypeError):
        pass
    if any(isinstance(value, dict | list) for value in values):
        return None
    try:
        return pa.chunked_array(
            [pa.array([None if v is None else str(v) for v in values], pa.string())]
        )
    except (UnicodeEncodeError, ValueError):
        return None


def _parquet(path: Path) -> Seen:
    names = parquet_rows.header(path)
    table, _ = parquet_rows.read(path, name=path.name, wanted=names)
    return from_table(table, rows=table.num_rows, said=("Parquet",))


def from_table(table: pa.Table, *, rows: int, said: Sequence[str]) -> Seen:
    """A table that was read already, structs as ``outer.inner``; ``rows`` there are in all."""
    from pipeline.data import tables

    columns = {
        name: tables.column(table.slice(0, ROWS), name) for name in tables.names(table.schema)
    }
    flat = {name: one for name, one in columns.items() if not pa.types.is_struct(one.type)}
    return Seen("table", flat, rows, said=said)


def _tokens(path: Path, *, universal: bool, said: Sequence[str], report: Reporter) -> Seen:
    lines = [line for line in raw.peek(path).decode().splitlines()[:-1] if line.strip()]
    plain = [line for line in lines if not line.startswith(("#", "-DOCSTART-"))]
    width = len(_fields(plain[0])) if plain else 1
    # CoNLL-U and its kin number the words of a sentence.
    numbered = width > 2 and _fields(plain[0])[0] == "1"
    words, tags = 2, min(width, 4)
    columns = {"words": Column("words", ""), "tags": Column("tags", "")}
    by_place = numbered and not universal
    mapping: dict[str, str | int] = {"words": words, "tags": tags} if by_place else {}
    asked = Asked(columns, mapping, report=report)
    table = conll.read(path, asked, name=path.name, universal=universal)
    found = {str(mapping.get(name, name)): table[name] for name in ("words", "tags")}
    return Seen(
        "tokens", found, table.num_rows, not (mapping and not universal), (*said, "a token a line")
    )


def _fields(line: str) -> list[str]:
    return line.split("\t") if "\t" in line else line.split()


def _is_token_a_line(path: Path) -> bool:
    """Blank lines end sentences, and each line between has two short columns or more."""
    lines = raw.peek(path).decode().splitlines()[:-1]
    plain = [line for line in lines if not line.startswith(("#", "-DOCSTART-"))]
    filled = [_fields(line) for line in plain if line.strip(" \t")]
    blank = len(plain) - len(filled)
    return (
        blank > 0
        and len(filled) > 2 * blank
        and min(map(len, filled), default=0) > 1
        and len({len(fields) for fields in filled}) == 1
    )


def _is_prose(path: Path, dialect: Dialect) -> bool:
    """No mark divides the lines, or not evenly."""
    sample = [fields for _, _, fields in rows_in(raw.peek(path), dialect)][:_SAMPLE]
    widths = {len(fields) for fields in sample[:-1] or sample}
    return widths == {1} or len(widths) > 1


def _questions(path: Path, said: Sequence[str]) -> Seen:
    asked = Asked({name: Column("text", "") for name in ("question", "context")})
    table = squad.read(path, asked, name=path.name)
    columns = {name: table[name] for name in asked.columns}
    return Seen("questions", columns, table.num_rows, said=(*said, "JSON as SQuAD has it"))


def _text(path: Path, said: Sequence[str]) -> Seen:
    asked = Asked({"text": Column("text", "")})
    table = plain_text.read(path, asked, name=path.name)
    return Seen("text", {"text": table["text"]}, table.num_rows, said=(*said, "plain text"))
