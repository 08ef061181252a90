"""Texts in another script than most.

Scripts, not languages: Korean and English are told apart, English and German are not.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.contracts import SPLITS, SplitName
from pipeline.data.doctor.findings import Finding, counted
from pipeline.data.doctor.rows import Rows
from pipeline.data.scripts import SCRIPTS, count

_MANY = 0.01
"""Share of the rows from which another script is a part of the data, not a slip."""
_ONE_WORD = 4
"""Letters that a text needs to be counted."""
_JAPANESE = frozenset(("Han", "Kana"))


def look(rows: Rows) -> Iterator[Finding]:
    """Scripts that some rows are mostly written in, and splits that differ in the main one."""
    mains: dict[SplitName, str] = {}
    for split in SPLITS:
        scripts = main_scripts(rows, split)
        known = scripts[scripts >= 0]
        if not len(known):
            continue
        sizes = np.bincount(known, minlength=len(SCRIPTS))
        main = int(sizes.argmax())
        mains[split] = SCRIPTS[main]
        for other in np.argsort(-sizes).tolist():
            written_together = {SCRIPTS[main], SCRIPTS[other]} <= _JAPANESE
            if other == main or sizes[other] < _MANY * len(known) or written_together:
                continue
            chosen = scripts == other
            yield Finding(
                "languages",
                "note",
                split,
                f"{counted(int(sizes[other]), verb='is/are')} written in {SCRIPTS[other]}, most"
                f" in {SCRIPTS[main]}",
                int(sizes[other]),
                len(scripts),
                rows.ids(split, chosen),
                "does the base know both?",
            )
    train = mains.get("train")
    for split, main_script in mains.items():
        if main_script != train and not {main_script, train} <= _JAPANESE:
            yield Finding(
                "languages",
                "warning",
                split,
                f"most rows are written in {main_script}, those of train in {train}",
                rows.tables[split].num_rows,
                rows.tables[split].num_rows,
                hint="what is learnt in one is hardly known in the other: is it the right file?",
            )


def main_scripts(rows: Rows, split: SplitName) -> np.ndarray:
    """(N,) number of the script with most letters in each row, -1 where there are too few."""
    found = []
    for texts in rows.texts(split):
        counts = count(texts)
        found.append(np.where(counts.sum(axis=1) >= _ONE_WORD, counts.argmax(axis=1), -1))
    return np.concatenate(found) if found else np.zeros(0, np.int64)
