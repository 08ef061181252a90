"""Personal data: what of the rows would name people where examples of them are published.

It is counted by row, and no part of it is shown or kept.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from pipeline.contracts import SPLITS, SplitName
from pipeline.data.doctor.findings import Finding, counted
from pipeline.data.doctor.rows import Rows, matching
from pipeline.data.hashing import in_batches
from pipeline.data.keys import spaced

_TEXTS = frozenset(("text", "texts", "words", "messages", "answers"))
_BEFORE, _AFTER = r"(?:^|[^0-9.+-])", r"(?:$|[^0-9-])"
_KINDS = {
    "an e-mail address": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
    "a telephone number": _BEFORE + r"(?:"
    r"\+[1-9][0-9]{0,2}[-. (]{0,2}[0-9]{1,4}[-. )]{0,2}[0-9]{3,4}[-. ]?[0-9]{3,4}"
    r"|01[016789][-. ]?[0-9]{3,4}[-. ]?[0-9]{4}"
    r"|0[2-6][0-9]?[-.)][0-9]{3,4}[-.][0-9]{4}"
    r"|\(?[2-9][0-9]{2}\)?[-. ][2-9][0-9]{2}[-.][0-9]{4}"
    r")" + _AFTER,
    "a Korean resident number": _BEFORE
    + r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])-[1-8][0-9]{6}"
    + _AFTER,
}
"""What there is -> how it is found (RE2)."""


def look(rows: Rows) -> Iterator[Finding]:
    """How many rows have each kind of personal data."""
    for split in SPLITS:
        for what, form in _KINDS.items():
            chosen = matching(_texts(rows, split), form)
            if chosen.any():
                count = int(chosen.sum())
                yield Finding(
                    "personal",
                    "warning",
                    split,
                    f"{counted(count, verb='has/have')} {what}",
                    count,
                    len(chosen),
                    rows.ids(split, chosen),
                    "replace them before you publish a run: reports show examples of rows",
                )


def _texts(rows: Rows, split: SplitName) -> Iterator[pa.ChunkedArray]:
    """All texts of a row, those that are to be answered too."""
    columns = [n for n in (*rows.inputs, *rows.answers) if rows.task.columns[n].kind in _TEXTS]
    for part in in_batches(rows.tables[split]):
        yield spaced(part, columns)
