"""Texts that are in two splits: what was learnt by heart is taken for what is known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.contracts import SplitName
from pipeline.data.doctor.findings import Finding, Severity, counted
from pipeline.data.doctor.rows import Rows

PAIRS: tuple[tuple[SplitName, SplitName], ...] = (
    ("test", "train"),
    ("test", "validation"),
    ("validation", "train"),
)
"""Whose score is flattered, and by what; the second of each pair is what would lose a text."""

_FEW = 0.01
"""Share of rows up to which near duplicates are what sentences are like, not what went wrong."""


def look(rows: Rows) -> Iterator[Finding]:
    """Equal texts, and those that are equal but for case, blanks and marks."""
    for one, other in PAIRS:
        total = len(rows.exact(one))
        equal = np.isin(rows.exact(one), rows.exact(other))
        near = np.isin(rows.plain(one), rows.plain(other)) & ~equal
        hint = f"doctor.duplicates: drop removes them from {other}"
        if equal.any():
            count = int(equal.sum())
            said = f"{counted(count, verb='has a text that is/have texts that are')} in {other} too"
            yield Finding(
                "duplicates", "warning", one, said, count, total, rows.ids(one, equal), hint
            )
        if near.any():
            count = int(near.sum())
            said = (
                f"{counted(count, verb='has a text that is/have texts that are')} in {other} too"
                " but for case, blanks or marks"
            )
            severity: Severity = "warning" if count > _FEW * total else "note"
            yield Finding(
                "duplicates", severity, one, said, count, total, rows.ids(one, near), hint
            )
