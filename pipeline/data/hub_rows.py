"""One split of a Hub data set as a table of the task's columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import Column, Reporter, Silent
from pipeline.data import tables
from pipeline.data.columns import Asked
from pipeline.errors import DataError

if TYPE_CHECKING:
    import datasets


def convert(
    rows: datasets.Dataset,
    columns: Mapping[str, Column],
    mapping: Mapping[str, str | int],
    *,
    split: str,
    report: Reporter | None = None,
) -> pa.Table:
    """One split as a table; class ids become class names, in lists of them too.

    Row ids are the split's name and the row counted from 1.

    Raises:
        DataError: missing columns, values that are not of their column's kind, or rows
            without a label (-1).
    """
    asked = Asked(columns, mapping, report=report or Silent())
    table = rows.with_format("arrow")[:]
    return converted(table, rows.features, asked, split=split)


def converted(
    table: pa.Table,
    features: Mapping[str, Any],
    asked: Asked,
    *,
    split: str,
    before: int = 0,
) -> pa.Table:
    """Rows as the Hub has them, as ``convert`` gives them.

    Args:
        features: theirs -> what the data set says of the column.
        before: rows of the split that come before these.

    Raises:
        DataError: see ``convert``.
    """
    chosen = asked.choose(tables.names(table.schema), place=f"split '{split}'")
    found = {
        theirs: _named(
            tables.column(table, theirs), features.get(theirs), column=theirs, split=split
        )
        for theirs in dict.fromkeys(chosen.values())
    }
    numbers = np.arange(before + 1, before + table.num_rows + 1)
    return tables.convert(found, chosen, asked, numbers=numbers, name=split)


def first_rows(rows: datasets.Dataset, count: int) -> pa.Table:
    """The first rows as they are, class ids as names, and null where a row has none."""
    table = rows.with_format("arrow")[:count]
    for place, name in enumerate(table.column_names):
        names = getattr(rows.features.get(name), "names", None)
        if names is not None:
            ids = table[name]
            known = pc.if_else(pc.less(ids, 0), None, ids)
            table = table.set_column(place, name, pc.take(pa.array(names, pa.string()), known))
    return table


def is_labelled(rows: datasets.Dataset) -> bool:
    """Whether each class label says which class it is; test splits often keep it secret."""
    table = rows.with_format("arrow")[:]
    classes = [name for name, one in rows.features.items() if getattr(one, "names", None)]
    return not any(pc.any(pc.less(table[name], 0)).as_py() for name in classes)


def _named(values: pa.ChunkedArray, feature: Any, *, column: str, split: str) -> pa.ChunkedArray:
    """Values of a column, class ids replaced by the names that its feature knows."""
    names = getattr(feature, "names", None)
    if names is not None:
        return _class_names(values, names, column=column, split=split, each="rows")
    inner = getattr(getattr(feature, "feature", None), "names", None)
    if inner is None:
        return values
    ids = _class_names(
        pc.list_flatten(values), inner, column=column, split=split, each="items of lists"
    )
    lengths = pc.fill_null(pc.list_value_length(values), 0).to_numpy()
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    absent = values.is_null().combine_chunks()
    return pa.chunked_array([pa.ListArray.from_arrays(offsets, ids.combine_chunks(), mask=absent)])


def _class_names(
    ids: pa.ChunkedArray, names: list[str], *, column: str, split: str, each: str
) -> pa.ChunkedArray:
    unlabelled = pc.fill_null(pc.less(ids, 0), True)
    count = pc.sum(unlabelled).as_py() or 0
    if count:
        raise DataError(
            f"{count} of {len(ids)} {each} of split '{split}' have no label in '{column}' (-1)",
            place=f"split '{split}'",
            hint="labels of a test split are often kept secret: carve one, such as test: 0.2, "
            "or use another split, such as test: validation",
        )
    return pc.take(pa.array(names, pa.string()), ids)
