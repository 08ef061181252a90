"""The same text with two answers: one of them is wrong, or the text does not decide it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.contracts import SPLITS, SplitName
from pipeline.data.doctor.duplicates import PAIRS
from pipeline.data.doctor.findings import Finding, counted
from pipeline.data.doctor.rows import Rows
from pipeline.data.hashing import mixed

_DECIDED = frozenset(("label", "labels", "number", "tags"))
"""Kinds of columns of which a text has one value; there may be several good translations."""


def look(rows: Rows) -> Iterator[Finding]:
    """Texts, equal but for case, blanks and marks, whose answers differ."""
    if not rows.answers:
        return
    decided = any(rows.task.columns[name].kind in _DECIDED for name in rows.answers)
    for split in SPLITS:
        odd = conflicting(rows.plain(split), rows.answered(split))
        if odd.any():
            count = int(odd.sum())
            yield Finding(
                "conflicts",
                "warning" if decided else "note",
                split,
                f"{counted(count, verb='has a text/have texts')} with two answers in {split}",
                count,
                len(odd),
                rows.ids(split, odd),
                "look at them; doctor.conflicts: drop removes all of them" if split == "train"
                else "look at them: no model can be right in both",
            )  # fmt: skip
    if decided:
        for one, other in PAIRS:
            yield from _between(rows, one, other)


def _between(rows: Rows, one: SplitName, other: SplitName) -> Iterator[Finding]:
    """Rows whose text is in another split with other answers only."""
    texts, answers = rows.plain(one), rows.answered(one)
    theirs = mixed(rows.plain(other), rows.answered(other))
    odd = np.isin(texts, rows.plain(other)) & ~np.isin(mixed(texts, answers), theirs)
    if odd.any():
        count = int(odd.sum())
        said = counted(count, verb="has another answer/have other answers")
        yield Finding(
            "conflicts",
            "warning",
            one,
            f"{said} than the same text in {other}",
            count,
            len(odd),
            rows.ids(one, odd),
            "look at both; one of them is wrong, or the text alone does not decide it",
        )


def conflicting(texts: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """(N,) true where another row has the same text and another answer."""
    first = np.unique(mixed(texts, answers), return_index=True)[1]
    values, counts = np.unique(texts[first], return_counts=True)
    return np.isin(texts, values[counts > 1])
