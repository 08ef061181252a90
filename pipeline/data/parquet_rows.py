"""Parquet files: only the columns that are asked for are read."""

from __future__ import annotations

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
    try:
        table = file.read(columns=wanted)
        table.validate(full=True)  # the reader lets lengths and letters pass that cannot be
    except (pa.ArrowException, OSError, MemoryError) as error:
        raise DataError(
            f"it begins as a Parquet file, and its rows cannot be read: {_first_line(error)}",
            place=name,
            hint="it is damaged: copy or download it again",
        ) from error
    if not table.num_rows:
        raise DataError("it has no rows", place=name)
    return table, np.arange(1, table.num_rows + 1, dtype=np.int64)


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
