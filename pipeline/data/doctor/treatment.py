"""What ``drop`` takes out of a split."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from pipeline.data.doctor.conflicts import conflicting
from pipeline.data.doctor.repeats import repeated
from pipeline.data.hashing import hashes, plain_hashes


def without_shared(table: pa.Table, other: pa.Table, inputs: Sequence[str]) -> pa.Table:
    """The rows whose text is not in the other table, not even but for case, blanks and marks."""
    shared = np.isin(plain_hashes(table, inputs), plain_hashes(other, inputs))
    return table.filter(pa.array(~shared))


def without_repeats(table: pa.Table, inputs: Sequence[str], answers: Sequence[str]) -> pa.Table:
    """The first of all rows with the same text and the same answer."""
    again = repeated(hashes(table, inputs), hashes(table, answers))
    return table.filter(pa.array(~again))


def without_conflicts(table: pa.Table, inputs: Sequence[str], answers: Sequence[str]) -> pa.Table:
    """The rows whose text has one answer."""
    odd = conflicting(plain_hashes(table, inputs), hashes(table, answers))
    return table.filter(pa.array(~odd))
