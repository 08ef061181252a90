"""One hash for the content of a table, whatever file or chunks it came in."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import ROW_ID

if TYPE_CHECKING:
    from hashlib import _Hash


def fingerprint(table: pa.Table) -> str:
    """sha256 over the values of every column but ``row_id``, in row order.

    Columns are taken by name, so their order does not count; renaming a file does not
    either. Lengths are hashed beside the bytes, so that "ab", "c" is not "a", "bc"; those of
    lists likewise.

    Args:
        table: N rows without nulls, of the types that ``kinds.TYPES`` names.
    """
    digest = hashlib.sha256()
    for name in sorted(set(table.column_names) - {ROW_ID}):
        digest.update(f"{name}\0{table.num_rows}\0".encode())
        _add(table[name], digest)
    return digest.hexdigest()


def _add(values: pa.ChunkedArray, digest: _Hash) -> None:
    kind = values.type
    if pa.types.is_list(kind):
        _add_numbers(pc.list_value_length(values), "<i8", digest)
        _add(pc.list_flatten(values), digest)
    elif pa.types.is_struct(kind):
        for place in range(kind.num_fields):
            _add(pc.struct_field(values, [place]), digest)
    elif pa.types.is_string(kind):
        _add_numbers(pc.binary_length(values), "<i8", digest)
        for chunk in values.chunks:
            _add_bytes(chunk, digest)
    else:
        _add_numbers(values, "<f8" if pa.types.is_floating(kind) else "<i8", digest)


def _add_numbers(values: pa.ChunkedArray, form: str, digest: _Hash) -> None:
    for chunk in values.chunks:
        digest.update(chunk.to_numpy(zero_copy_only=False).astype(form))


def _add_bytes(chunk: pa.StringArray, digest: _Hash) -> None:
    """The texts of a chunk end to end, and none of those around a slice of it."""
    _, offsets, data = chunk.buffers()
    if data is not None:
        ends = np.frombuffer(offsets, dtype=np.int32)
        first, last = ends[chunk.offset], ends[chunk.offset + len(chunk)]
        digest.update(memoryview(data)[first:last])
