"""Each row of some columns as one string, by which rows are told apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.data.kinds import TEXT

_COLUMNS, _ITEMS, _FIELDS = "\x1f", "\x1e", "\x1d"
"""Control characters that no text holds, between columns, items of a list, fields of an item."""

_ANY = f"[{_FIELDS}-{_COLUMNS}]"


def joined(table: pa.Table, names: Sequence[str]) -> pa.ChunkedArray:
    """(N,) the values of the columns that are there, as one string a row."""
    columns = [_flat(table[name]) for name in names if name in table.column_names]
    if len(columns) == 1:
        return columns[0]
    return pc.binary_join_element_wise(*columns, _COLUMNS)


def spaced(table: pa.Table, names: Sequence[str]) -> pa.ChunkedArray:
    """(N,) the same with blanks between columns and items, as a person would read it."""
    return pc.replace_substring_regex(joined(table, names), _ANY, " ")


def _flat(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if values.type == TEXT:
        return values
    return pa.chunked_array([_flat_chunk(chunk) for chunk in values.chunks], TEXT)


def _flat_chunk(values: pa.Array) -> pa.Array:
    kind = values.type
    if pa.types.is_list(kind):
        items = _flat_chunk(values.flatten())
        ends = np.cumsum(pc.list_value_length(values).to_numpy(zero_copy_only=False))
        offsets = pa.array(np.concatenate([[0], ends]).astype(np.int32))
        return pc.binary_join(pa.ListArray.from_arrays(offsets, items), _ITEMS)
    if pa.types.is_struct(kind):
        fields = [_flat_chunk(field) for field in values.flatten()]
        return pc.binary_join_element_wise(*fields, _FIELDS)
    return values.cast(TEXT)
