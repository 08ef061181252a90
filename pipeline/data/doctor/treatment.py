"""What ``drop`` takes out of a split.

Letters: N rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from pipeline.data.doctor.conflicts import conflicting
from pipeline.data.doctor.repeats import repeated
from pipeline.data.hashing import hashes, plain_hashes


def not_shared(table: pa.Table, other: pa.Table, inputs: Sequence[str]) -> np.ndarray:
    """(N,) the rows whose text is not in the other, not even but for case, blanks and marks."""
    return ~np.isin(plain_hashes(table, inputs), plain_hashes(other, inputs))


def not_repeated(table: pa.Table, inputs: Sequence[str], answers: Sequence[str]) -> np.ndarray:
    """(N,) the first of all rows with the same text and the same answer."""
    return ~repeated(hashes(table, inputs), hashes(table, answers))


def not_conflicting(table: pa.Table, inputs: Sequence[str], answers: Sequence[str]) -> np.ndarray:
    """(N,) the rows whose text has one answer."""
    return ~conflicting(plain_hashes(table, inputs), hashes(table, answers))
