"""Rows on the disk: written a batch at a time, then mapped as one table that holds none of them."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from typing import Any, Self

import numpy as np
import pyarrow as pa

from pipeline import scratch
from pipeline.data.hashing import in_batches
from pipeline.storage import told


class Spool:
    """A table that grows on the disk, in a file without a name that is closed with the block."""

    def __init__(self) -> None:
        """Begin without rows; the first that come say which columns there are."""
        self.rows = 0
        self._file = scratch.file()
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._file.close()

    def add(self, table: pa.Table) -> None:
        """The next rows, of the same columns.

        Raises:
            StorageError: the disk is full.
        """
        with told(scratch.folder()):
            if self._writer is None:
                self._writer = pa.ipc.new_file(self._file, table.schema)
            for batch in table.combine_chunks().to_batches():
                self._writer.write_batch(batch)
        self.rows += table.num_rows

    def table(self) -> pa.Table:
        """All rows, as views of the file; nothing can be added after this.

        The file is gone with the last view.
        """
        with told(scratch.folder()):
            self._writer.close()
            self._file.flush()
        mapped = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        return pa.ipc.open_file(pa.BufferReader(pa.py_buffer(mapped))).read_all()


def spooled(tables: Iterable[pa.Table]) -> pa.Table:
    """Tables of the same columns, one at least, end to end on the disk."""
    with Spool() as spool:
        for table in tables:
            spool.add(table)
        return spool.table()


def kept(table: pa.Table, mask: np.ndarray) -> pa.Table:
    """The rows that a mask (N,) chooses, on the disk; ``table.filter`` would hold them."""
    return spooled(_chosen(table, mask)) if table.num_rows else table


def _chosen(table: pa.Table, mask: np.ndarray) -> Iterator[pa.Table]:
    start = 0
    for part in in_batches(table):
        yield part.filter(pa.array(mask[start : start + part.num_rows]))
        start += part.num_rows
