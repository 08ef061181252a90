"""Texts much longer or shorter than the others: often a slip in the file, such as a lost quote."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.contracts import SPLITS
from pipeline.data.doctor.findings import Finding, counted
from pipeline.data.doctor.rows import Rows, lengths

_LONG = 20
"""Times the length of the middle text."""
_LONG_CHARACTERS = 2000
_SHORT = 1
"""Characters of a text in which there is hardly anything to read."""
_USUAL = 20
"""Characters of the middle text from which such a short one is odd."""


def look(rows: Rows) -> Iterator[Finding]:
    """Texts far from the middle one, by characters."""
    for split in SPLITS:
        parts = [lengths(texts) for texts in rows.texts(split)]
        if not parts:
            continue
        found = np.concatenate(parts)
        middle = float(np.median(found))
        odd = {
            "far longer": found > max(_LONG * middle, _LONG_CHARACTERS),
            "of one character": (found <= _SHORT) & (middle >= _USUAL),
        }
        for what, chosen in odd.items():
            if chosen.any():
                yield Finding(
                    "lengths",
                    "note",
                    split,
                    f"{counted(int(chosen.sum()), verb='is/are')} {what}"
                    f" (the middle one has {middle:,.0f} characters, the longest"
                    f" {found.max():,})",
                    int(chosen.sum()),
                    len(found),
                    rows.ids(split, chosen),
                    "look whether they are whole, and one row each",
                )
