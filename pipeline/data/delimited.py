"""Tables as text: CSV, TSV and their relatives.

All values are kept as the strings they are: "001", "NA" and "null" too.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from pipeline.contracts import Reporter
from pipeline.data import raw
from pipeline.data.delimited_faults import explain, no_rows, refuse_unclosed_quote
from pipeline.data.dialects import Dialect
from pipeline.data.dialects import rows as rows_in
from pipeline.data.kinds import TEXT
from pipeline.errors import DataError

_BLOCK = raw.LONGEST_LINE  # the longest row that can be read, in bytes


def header(path: Path, dialect: Dialect, *, positional: bool) -> list[str]:
    """The names in the first line; made-up names f0, f1, ... where there is no header.

    Raises:
        DataError: the file is empty, unreadable or not text.
    """
    first = next(rows_in(raw.peek(path), dialect), (1, 1, []))[2]
    return [f"f{i}" for i in range(len(first))] if positional else first


def read(
    path: Path,
    dialect: Dialect,
    *,
    name: str,
    wanted: list[str],
    positional: bool,
    report: Reporter,
) -> tuple[pa.Table, np.ndarray]:
    """Columns as strings, and the line on which each row begins.

    Args:
        path: the file.
        dialect: how its fields are set apart, see ``dialects``.
        name: the file's name for messages.
        wanted: names of the columns to keep, all of them in ``header``.
        positional: the file has no header.
        report: told where the file is not plain UTF-8.

    Returns:
        Table of N rows, and (N,) int64 line numbers; the file's first line is 1.

    Raises:
        DataError: ragged rows, an unclosed quote, another encoding, no rows.
    """
    content = dialect.plain(raw.read(path, name=name, report=report))
    try:
        table = _parse(content, dialect, wanted, positional=positional)
    except pa.ArrowException as error:
        raise explain(content, dialect, name, str(error)) from error
    if not table.num_rows:
        raise no_rows(name)
    return table, _row_lines(content, dialect, table.num_rows, name, header_lines=not positional)


def _parse(content: bytes, dialect: Dialect, wanted: list[str], *, positional: bool) -> pa.Table:
    return pa_csv.read_csv(
        pa.py_buffer(content),
        read_options=pa_csv.ReadOptions(autogenerate_column_names=positional, block_size=_BLOCK),
        parse_options=pa_csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char='"' if dialect.quoted else False,
            newlines_in_values=dialect.quoted,
        ),
        convert_options=pa_csv.ConvertOptions(
            include_columns=wanted,
            column_types=dict.fromkeys(wanted, TEXT),
            strings_can_be_null=False,
        ),
    )


def _row_lines(
    content: bytes, dialect: Dialect, rows: int, name: str, *, header_lines: bool
) -> np.ndarray:
    """(rows,) lines on which the rows begin.

    One row a line is the common case and is settled by counting line ends; blank lines
    and quoted line ends need a walk over the file.
    """
    ends = content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")
    lines = ends + (not content.endswith((b"\n", b"\r")))
    if lines == rows + header_lines:
        return np.arange(1, rows + 1, dtype=np.int64) + header_lines
    begins = [begin for begin, _, _ in rows_in(content, dialect)][header_lines:]
    refuse_unclosed_quote(content, dialect, begins, name)
    if len(begins) != rows:
        raise DataError(
            f"its quotes can be read in two ways: as {rows} rows or as {len(begins)}",
            place=name,
            hint='write a quote inside a quoted field twice: "a ""word"" in quotes"',
        )
    return np.array(begins, dtype=np.int64)
