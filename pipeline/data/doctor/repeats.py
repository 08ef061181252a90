"""Rows that stand in their split already, with the same answer: each counts once too often."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.contracts import SPLITS
from pipeline.data.doctor.findings import Finding, counted
from pipeline.data.doctor.rows import Rows
from pipeline.data.hashing import mixed

_FEW = 0.01
"""Share of rows up to which repetition changes nothing."""


def look(rows: Rows) -> Iterator[Finding]:
    """Rows after the first with the same text and the same answer."""
    for split in SPLITS:
        again = repeated(rows.exact(split), rows.answered(split))
        count, total = int(again.sum()), len(again)
        if count:
            yield Finding(
                "repeats",
                "warning" if count > _FEW * total else "note",
                split,
                f"{counted(count, verb='repeats/repeat')} an earlier one with the same answer",
                count,
                total,
                rows.ids(split, again),
                "doctor.repeats: drop keeps the first of each" if split == "train" else
                "each counts again in the score; remove them in the file",
            )  # fmt: skip


def repeated(texts: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """(N,) true where both were seen in an earlier row."""
    again = np.ones(len(texts), bool)
    again[np.unique(mixed(texts, answers), return_index=True)[1]] = False
    return again
