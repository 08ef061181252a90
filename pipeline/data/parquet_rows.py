"""Parquet files: only the columns that are asked for are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.data.tables import names
from pipeline.errors import DataError


def header(path: Path) -> list[str]:
    """Names of the columns, and of those inside structs as ``outer.inner``.

    Raises:
        DataError: unreadable, or no Parquet file.
    """
    return names(_open(path).schema_arrow)


def read(path: Path, *, name: str, wanted: list[str]) -> tuple[pa.Table, np.ndarray]:
    """The wanted columns and the structs that hold them, and the rows' numbers from 1.

    Args:
        path: the file.
        name: the file's name for messages.
        wanted: names of columns, all of them in ``header``.

    Raises:
        DataError: unreadable, or without rows.
    """
    file = _open(path)
    with _told(name):
        table = file.read(columns=wanted)
        table.validate(full=True)  # the reader lets lengths and letters pass that cannot be
    if not table.num_rows:
        raise DataError("it has no rows", place=name)
    return table, np.arange(1, table.num_rows + 1, dtype=np.int64)


def batches(
    path: Path, *, name: str, wanted: list[str], rows: int
) -> Iterator[tuple[pa.Table, np.ndarray]]:
    """The same, so many rows at a time; a file without rows has no batch."""
    file = _open(path)
    count = 0
    with _told(name):
        for batch in file.iter_batches(batch_size=rows, columns=wanted):
            table = pa.Table.from_batches([batch])
            table.validate(full=True)
            yield table, np.arange(count + 1, count + table.num_rows + 1, dtype=np.int64)
            count += table.num_rows


def count(path: Path) -> int:
    """How many rows there are, as the file's footer says."""
    with _open(path) as file:
        return int(file.metadata.num_rows)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """What Arrow says of rows that cannot be read, with the name of their file."""
    try:
        yield
    except (pa.ArrowException, OSError, MemoryError) as error:
        raise DataError(
            f"it begins as a Parquet file, and its rows cannot be read: {_first_line(error)}",
            place=name,
            hint="it is damaged: copy or download it again",
        ) from error


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].rstrip(".")


def _open(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except PermissionError as error:
        raise DataError("there is no permission to read it", place=str(path)) from error
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            "its name ends in .parquet, but it is no whole Parquet file",
            place=str(path),
            hint="copy or download it again, or rename it by what it is",
        ) from error
