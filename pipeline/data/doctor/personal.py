"""Personal data: what of the rows would name people where examples of them are published.

It is counted by row, and no part of it is shown or kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from pipeline import personal
from pipeline.contracts import SPLITS, SplitName
from pipeline.data.doctor.findings import Finding, counted
from pipeline.data.doctor.rows import Rows, matching
from pipeline.data.hashing import in_batches
from pipeline.data.keys import spaced

_TEXTS = frozenset(("text", "texts", "words", "messages", "answers"))


def look(rows: Rows) -> Iterator[Finding]:
    """How many rows have each kind of personal data."""
    for split in SPLITS:
        for kind, chosen in _having(rows, split).items():
            if chosen.any():
                count = int(chosen.sum())
                yield Finding(
                    "personal",
                    "warning",
                    split,
                    f"{counted(count, verb='has/have')} {kind}",
                    count,
                    len(chosen),
                    rows.ids(split, chosen),
                    "replace them before you publish a run: reports show examples of rows",
                )


def _having(rows: Rows, split: SplitName) -> Mapping[str, np.ndarray]:
    """Kind -> (N,) whether a row has it. Only rows that may have any are read one by one."""
    found = {kind: np.zeros(rows.tables[split].num_rows, bool) for kind in personal.KINDS}
    before = 0
    for texts in _texts(rows, split):
        likely = np.flatnonzero(matching(texts, personal.LIKELY))
        for number, text in zip(likely, texts.take(pa.array(likely)).to_pylist(), strict=True):
            for kind in personal.count(text):
                found[kind][before + number] = True
        before += len(texts)
    return found


def _texts(rows: Rows, split: SplitName) -> Iterator[pa.ChunkedArray]:
    """All texts of a row, those that are to be answered too."""
    columns = [n for n in (*rows.inputs, *rows.answers) if rows.task.columns[n].kind in _TEXTS]
    for part in in_batches(rows.tables[split]):
        yield spaced(part, columns)
