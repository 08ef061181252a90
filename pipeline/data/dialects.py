"""How the fields of a table's rows are set apart, found out from its first rows.

The ending of the name says what is usual: commas in a CSV file, tabs in a TSV file. Where the
usual mark does not divide the rows evenly and another one does, that one is taken.

CSV is read as RFC 4180 has it: a field in double quotes may hold marks, line ends and doubled
quotes. With tabs a quote is a character like any other, as most data sets that come so are
written, unless all quotes of the file are written as data frames write them.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipeline.data.columns import Asked
from pipeline.data.raw import PEEK, peek, read

_ROWS = 200
"""Rows that are looked at."""
_UNIT = "\x1f"
"""Stands for a mark of several characters while a file is read; no text holds it."""


@dataclass(frozen=True)
class Dialect:
    """How fields are set apart, and whether quotes mean something.

    Attributes:
        mark: one character or several.
    """

    mark: str
    quoted: bool

    @property
    def delimiter(self) -> str:
        """The one character that stands between fields in ``plain`` content."""
        return self.mark if len(self.mark) == 1 else _UNIT

    @property
    def named(self) -> str:
        """The mark in words."""
        return {"\t": "tabs", ",": "commas", ";": "semicolons"}.get(self.mark, f"'{self.mark}'")

    def plain(self, content: bytes) -> bytes:
        """The content with one character between fields."""
        return content if len(self.mark) == 1 else content.replace(self.mark.encode(), b"\x1f")


CSV, TSV = Dialect(",", quoted=True), Dialect("\t", quoted=False)
USUAL = {"csv": CSV, "tsv": TSV}
_OTHERS = (
    CSV,
    TSV,
    Dialect(";", quoted=True),
    Dialect("|||", quoted=False),
    Dialect("||", quoted=False),
    Dialect("|", quoted=True),
)
QUOTED_TSV = Dialect("\t", quoted=True)
_WRAPPED = re.compile(rb'(?:^|(?<=[\t\r\n]))"(?:[^"]|"")*"(?=[\t\r\n]|$)')
_BROKEN = re.compile(rb"[\t\r\n]")


def dialect_of(path: Path, kind: str, asked: Asked) -> Dialect:
    """The dialect of a file.

    Args:
        path: the file.
        kind: ``csv`` or ``tsv``, by its ending.
        asked: the columns that are looked for.

    Raises:
        DataError: unreadable or not text.
    """
    content = peek(path)
    cut = len(content) > PEEK - 4  # the last character may be cut
    whole = content[: content.rfind(b"\n") + 1] if cut else content
    found = _choose(whole or content, USUAL[kind], asked, cut=cut)
    # One stray quote further down, and all of them are characters.
    if found == QUOTED_TSV and cut and not _is_quoted(read(path, name=path.name), cut=False):
        return TSV
    return found


def rows(
    content: bytes, dialect: Dialect, *, strict: bool = False
) -> Iterator[tuple[int, int, list[str]]]:
    """First line, last line and fields of each row; blank lines are passed over.

    Raises:
        csv.Error: with ``strict``, a quote that is never closed.
    """
    text = io.TextIOWrapper(
        io.BytesIO(dialect.plain(content)), encoding="utf-8", errors="replace", newline=""
    )
    # The limit is the module's own; a file that fits in memory has no field that is too long.
    before = csv.field_size_limit(sys.maxsize)
    try:
        reader = csv.reader(
            text,
            delimiter=dialect.delimiter,
            quoting=csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE,
            strict=strict,
        )
        last = 0
        for fields in reader:
            if fields:
                yield last + 1, reader.line_num, fields
            last = reader.line_num
    finally:
        csv.field_size_limit(before)


def _choose(content: bytes, usual: Dialect, asked: Asked, *, cut: bool) -> Dialect:
    if usual.mark == "\t" and _is_quoted(content, cut=cut):
        usual = QUOTED_TSV
    for dialect in (usual, *_OTHERS):
        sample = _sample(content, dialect, cut=cut)
        if not asked.positional and asked.required and asked.is_named(sample[0]):
            return dialect
    for dialect in (usual, *(one for one in _OTHERS if one.mark != usual.mark)):
        sample = _sample(content, dialect, cut=cut)
        if len(sample) > 1 and len(sample[0]) > 1 and _is_even(sample):
            return dialect
    return usual


def _sample(content: bytes, dialect: Dialect, *, cut: bool) -> list[list[str]]:
    found = [fields for _, _, fields in islice(rows(content, dialect), _ROWS)]
    # The last row of what is cut may lack the end of a quoted field.
    return found[:-1] if cut and 1 < len(found) < _ROWS else found or [[]]


def _is_even(sample: Sequence[Sequence[str]]) -> bool:
    return len(set(map(len, sample))) == 1


def _is_quoted(content: bytes, *, cut: bool) -> bool:
    """Whether each quote belongs to a field in quotes, and some field needed them.

    Quotes that open in one row and close in another are read as characters where that gives
    even rows.
    """
    quotes = content.count(b'"')
    fields = _WRAPPED.findall(content) if quotes else []
    if not fields or sum(field.count(b'"') for field in fields) != quotes:
        return False
    header = content.splitlines()[0].split(b"\t")
    if all(_WRAPPED.fullmatch(field) for field in header):
        return True
    inside = [field[1:-1] for field in fields]
    if any(b'""' in field and not _BROKEN.search(field) for field in inside):
        return True
    return not _is_even(_sample(content, TSV, cut=cut))
