"""Rows of a file or a pipe one after the other, with all of their columns.

Nothing is kept: memory does not grow with the number of rows. A row is a dictionary,
theirs -> value; its number is the line on which it begins, or its place in a Parquet file.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.contracts import ROW_ID, Json
from pipeline.data import conll, files, json_list, json_text, raw
from pipeline.data.columns import Asked
from pipeline.data.dialects import USUAL, dialect_of
from pipeline.data.encodings import UTF8
from pipeline.data.one_by_one import READERS, Numbered, lines, table
from pipeline.errors import DataError

Kind = Literal["text", "csv", "tsv", "jsonl"]

ROWS = 4096
_CHARACTERS = 1 << 23
"""Bounds of the rows that are held together: so many, or of so many characters."""


@dataclass(frozen=True)
class Stream:
    """Where rows come from.

    Attributes:
        name: for messages.
        rows: begins anew; a pipe can do so once. Raises DataError at what cannot be read.
        again: rows can be read more than once.
        schema: types of the columns, where the file says them.
        ours: columns bear our names already.
        is_table: it is a table as text, which has a header or none.
        close: lets go of what was kept to be read again.
    """

    name: str
    rows: Callable[[], Iterator[Numbered]]
    again: bool = True
    schema: pa.Schema | None = None
    ours: bool = False
    is_table: bool = False
    close: Callable[[], None] = lambda: None


def bounded(rows: Iterator[Numbered], *, most: int) -> Iterator[tuple[list[int], list[Json]]]:
    """Numbers and rows, those together that may be."""
    numbers: list[int] = []
    found: list[Json] = []
    size = 0
    for number, row in rows:
        numbers.append(number)
        found.append(row)
        size += sum(len(value) for value in row.values() if isinstance(value, str))
        if len(found) == most or size > _CHARACTERS:
            yield numbers, found
            numbers, found, size = [], [], 0
    if found:
        yield numbers, found


def of_file(path: Path, asked: Asked, *, name: str = "") -> Stream:
    """The rows of a file, read as its ending says; ``.gz`` is unpacked.

    What is one value, as SQuAD's JSON is, is read at once and held in memory.

    Args:
        asked: what the task reads; a text file that names none of it in its first line is
            plain lines.
        name: what messages call it, where that is more than the file's name.

    Raises:
        DataError: there is no such file, or no way to read it.
    """
    if not path.is_file():
        raise DataError("there is no such file", place=str(path))
    name = name or path.name
    asked = replace(asked, unit="line")
    kind = files.kind_of(path, asked, name)
    if kind == "squad":
        found = files.read_one(path, replace(asked, usual={}), name)
        return Stream(name, lambda: _of_table(found), ours=True)
    if kind == "json":
        return Stream(name, lambda: _of_list(path, asked, name))
    if kind == "parquet":
        with _told(name):
            schema = pq.read_schema(path)
        return Stream(name, lambda: _of_parquet(path, name), schema=schema)
    encoding = raw.form_of(path).encoding  # refuses what is no text
    if encoding != UTF8:
        asked.report.note(f"{name}: read as {encoding}")
    if kind in ("conll", "conllu"):
        tokens = replace(asked, mapping={**_of_tokens(asked), **asked.mapping}, usual={})
        return Stream(
            name, lambda: _of_sentences(path, tokens, name, universal=kind == "conllu"), ours=True
        )
    dialect = dialect_of(path, kind, asked) if kind in USUAL else None
    if dialect and dialect != USUAL[kind]:
        asked.report.note(f"{name}: fields are set apart by {dialect.named}")

    def rows() -> Iterator[Numbered]:
        with _bytes(path, name, asked) as file:
            if dialect is not None:
                yield from table(file, name, asked, dialect=dialect)
            else:
                yield from READERS[kind](file, name, asked)

    return Stream(name, rows, is_table=dialect is not None)


def _of_tokens(asked: Asked) -> dict[str, str | int]:
    """The usual columns that a file with a token a line can have."""
    return {
        ours: one
        for ours, one in asked.usual.items()
        if not asked.mapping and (isinstance(one, int) or one in conll.UNIVERSAL)
    }


def _bytes(path: Path, name: str, asked: Asked) -> BinaryIO:
    """A text file as UTF-8."""
    return io.BufferedReader(_Pieces(raw.utf8_pieces(path, name, advance=asked.advance)))


class _Pieces(io.RawIOBase):
    """Bytes that come in pieces, as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Give as much of a piece as there is room for; 0 at the end."""
        while not self._left and (piece := next(self._pieces, None)) is not None:
            self._left = piece
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size


def of_pipe(pipe: BinaryIO, kind: Kind, asked: Asked, *, spooled: bool) -> Stream:
    """The rows of standard input.

    Args:
        spooled: they are first kept on the disk, so that they can be read more than once.
    """
    name = "standard input"
    source = pipe
    if spooled:
        source = tempfile.TemporaryFile()  # noqa: SIM115  # it is gone with its last reader
        shutil.copyfileobj(pipe, source)

    def rows() -> Iterator[Numbered]:
        if spooled:
            source.seek(0)
        yield from READERS[kind](source, name, asked)

    close = source.close if spooled else lambda: None
    return Stream(name, rows, again=spooled, is_table=kind in USUAL, close=close)


def _of_list(path: Path, asked: Asked, name: str) -> Iterator[Numbered]:
    if json_text.is_list(raw.peek(path)):
        yield from json_list.rows(raw.utf8_pieces(path, name, advance=asked.advance), name)
    else:  # rows inside one object, which is to be read whole
        yield from json_text.rows(raw.read(path, name=name, by_line=False), name, lines=False)
        asked.advance(path.stat().st_size)


def _of_sentences(path: Path, asked: Asked, name: str, *, universal: bool) -> Iterator[Numbered]:
    header = conll.header(path, asked, universal=universal)
    with _bytes(path, name, asked) as file:
        yield from conll.rows(lines(file, name), header, asked, name, universal=universal)


def _of_table(found: pa.Table) -> Iterator[Numbered]:
    for batch in found.to_batches(max_chunksize=ROWS):
        for row in batch.to_pylist():
            yield int(row.pop(ROW_ID).rpartition(":")[2]), row


def _of_parquet(path: Path, name: str) -> Iterator[Numbered]:
    number = 0
    with _told(name), pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=ROWS):
            for row in batch.to_pylist():
                number += 1
                yield number, row


@contextmanager
def _told(name: str) -> Iterator[None]:
    """What Arrow says of a file that cannot be read, with its name."""
    try:
        yield
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(
            "it cannot be read as a Parquet file",
            place=name,
            hint="copy or download it again, or rename it by what it is",
        ) from error
