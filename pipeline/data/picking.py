"""Some rows of a table that is read in many batches."""

from __future__ import annotations

import numpy as np
import pyarrow as pa


def picked(table: pa.Table, rows: np.ndarray) -> pa.Table:
    """The rows of the given numbers, in the given order.

    ``Table.take`` joins all batches of a column of texts first: of rows on the disk, it would
    have all of them in memory.

    Args:
        rows: (N,) int64.
    """
    batches = table.to_batches()
    if len(batches) < 2:
        return table.take(pa.array(rows))
    ends = np.cumsum([batch.num_rows for batch in batches])
    order = np.argsort(rows, kind="stable")
    number = np.searchsorted(ends, rows[order], side="right")
    parts = []
    for place in np.unique(number).tolist():
        start = ends[place] - batches[place].num_rows
        parts.append(batches[place].take(pa.array(rows[order[number == place]] - start)))
    found = pa.Table.from_batches(parts, table.schema).combine_chunks()
    return found.take(pa.array(np.argsort(order)))
