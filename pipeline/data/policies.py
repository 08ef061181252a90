"""Ways to set rows aside other than by lot: by when they are from, or by what they say."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import ROW_ID, SplitName
from pipeline.data.hashing import plain_hashes
from pipeline.data.splitting import Roles
from pipeline.errors import DataError

_KINDS = (pa.float64(), pa.timestamp("us"), pa.timestamp("us", "UTC"))
_HOW = "write numbers, or dates and times as ISO 8601 has them: 2026-05-31, 2026-05-31T08:00"


def by_hash(table: pa.Table, share: float, *, split: SplitName, roles: Roles) -> np.ndarray:
    """(N,) whether each row is set aside: its text alone decides, neither seed nor other rows.

    Test rows are those with the lowest numbers, validation rows those with the highest, so that
    a row stays where it is when rows are added, or when either share changes.

    Args:
        table: N rows.
        share: of all the texts that there could be; the rows' own share comes near it.
        split: what is carved, ``test`` or ``validation``.
        roles: says what makes two rows the same text.

    Raises:
        DataError: none, or all of them, would be set aside.
    """
    chosen = lies_in(split, table, share, roles=roles)
    if chosen.all() or not chosen.any():
        raise DataError(
            f"by hash, {'all' if chosen.any() else 'none'} of the {table.num_rows} rows would be"
            f" in {split}",
            place="data.split",
            hint="they are too few for it: write split: stratified, or give another share",
        )
    return chosen


def lies_in(split: SplitName, table: pa.Table, share: float, *, roles: Roles) -> np.ndarray:
    """(N,) whether each row is one of ``split``, test or validation, by its text."""
    place = plain_hashes(table, roles.group or roles.texts) / 2.0**64
    return np.asarray(place < share if split == "test" else place >= 1 - share)


def by_time(table: pa.Table, share: float, *, of: int, split: SplitName, column: str) -> np.ndarray:
    """(N,) whether each row is set aside: the latest are. Rows of one time stay together.

    Args:
        table: N rows.
        share: of ``of`` rows.
        of: rows that the share is of.
        split: what is carved, for messages.
        column: when each row is from: numbers, or dates in ISO 8601, as strings.

    Raises:
        DataError: what is neither; or all rows are of one time.
    """
    when = _moments(table, column)
    times, counts = np.unique(when, return_counts=True)
    if len(times) < 2:
        raise DataError(
            f"all rows are of one time, so that none is the latest and {split} cannot be carved",
            place="data.split.time",
            hint="name another column, or write split: stratified",
        )
    later = np.cumsum(counts[::-1])[::-1]  # rows from each time on
    first = 1 + int(np.abs(later[1:] - share * of).argmin())
    return np.asarray(when >= times[first])


def _moments(table: pa.Table, column: str) -> np.ndarray:
    """(N,) numbers that grow with time."""
    values = pc.utf8_trim_whitespace(table[column])
    kind = next((kind for kind in _KINDS if _reads(values.slice(0, 1), kind)), None)
    if kind is None or not _reads(values, kind):
        number = next(
            n for n in range(len(values)) if kind is None or not _reads(values.slice(n, 1), kind)
        )
        raise DataError(
            f"'{values[number].as_py()}' is no time"
            + ("" if kind is None else ", or is not written as that of the first row"),
            place=table[ROW_ID][number].as_py(),
            hint=_HOW,
        )
    read = values.cast(kind)
    return np.asarray(read.to_numpy() if kind == pa.float64() else read.cast(pa.int64()).to_numpy())


def _reads(values: pa.ChunkedArray, kind: pa.DataType) -> bool:
    try:
        values.cast(kind)
    except pa.ArrowInvalid:
        return False
    return True
