from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from pipeline.data.picking import picked
from pipeline.data.spool import kept, spooled

SCHEMA = pa.schema([("text", pa.string())])
BATCHES = [
    pa.table({"text": [f"{size} {n}" for n in range(size)]}, SCHEMA) for size in (3, 0, 5, 1, 400)
]
TABLE = pa.concat_tables(BATCHES)


@pytest.mark.parametrize("rows", [[], [2], [8, 0, 3, 3, 408, 2], list(range(408, -1, -1))])
@pytest.mark.parametrize("table", [TABLE, TABLE.combine_chunks(), TABLE.slice(0, 409)])
def test_rows_come_in_the_order_asked_for(table: pa.Table, rows: list[int]) -> None:
    numbers = np.asarray(rows, np.int64)
    assert picked(table, numbers).to_pylist() == table.take(pa.array(numbers)).to_pylist()


def test_a_row_of_many_batches_does_not_join_them() -> None:
    table = pa.concat_tables([pa.table({"text": ["x" * 1000] * 1000}) for _ in range(50)])
    before = pa.default_memory_pool().max_memory()
    picked(table, np.asarray([7, 40_000, 3]))
    assert pa.default_memory_pool().max_memory() - before < table.nbytes / 10


def test_rows_on_the_disk_are_those_that_a_filter_keeps() -> None:
    mask = np.arange(TABLE.num_rows) % 3 == 1
    on_disk = spooled(BATCHES)
    assert on_disk.equals(TABLE)
    assert kept(on_disk, mask).equals(TABLE.filter(pa.array(mask)))
    assert not kept(on_disk, np.zeros(TABLE.num_rows, bool)).num_rows
