"""One hash for the content of a table, whatever file or chunks it came in."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import ROW_ID


def fingerprint(table: pa.Table) -> str:
    """sha256 over the values of every column but ``row_id``, in row order.

    Columns are taken by name, so their order does not count; renaming a file does not
    either. Lengths are hashed beside the bytes, so that "ab", "c" is not "a", "bc".

    Args:
        table: N rows, string columns without nulls.
    """
    digest = hashlib.sha256()
    for name in sorted(set(table.column_names) - {ROW_ID}):
        digest.update(f"{name}\0{table.num_rows}\0".encode())
        for chunk in table[name].chunks:
            digest.update(pc.binary_length(chunk).to_numpy(zero_copy_only=False).astype("<i8"))
        for chunk in table[name].chunks:
            _, offsets, data = chunk.buffers()
            if data is None:
                continue
            ends = np.frombuffer(offsets, dtype=np.int32)
            first, last = ends[chunk.offset], ends[chunk.offset + len(chunk)]
            digest.update(memoryview(data)[first:last])
    return digest.hexdigest()
