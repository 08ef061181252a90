"""Traces of what happened to texts on their way: a wrong encoding, mark-up, control characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from pipeline.contracts import SPLITS, SplitName
from pipeline.data.doctor.findings import Finding, counted
from pipeline.data.doctor.rows import Rows, matching

_TRACES = {
    "characters that could not be read (U+FFFD)": (
        "\N{REPLACEMENT CHARACTER}",
        "get the file again in its first encoding: these letters are lost",
    ),
    "UTF-8 that was read as Latin-1": (
        "Ã[\u00a0-\u00bf]|â\u20ac|ì[\u009c-\u009d]|ë[\u008a-\u008f]",
        "read the first file as UTF-8, or mend it: text.encode('latin-1').decode('utf-8')",
    ),
    "control characters": (
        "[\\x01-\\x08\\x0b\\x0c\\x0e-\\x1c\\x7f]",
        "remove them in the file",
    ),
    "mark-up such as <br> or &amp;": (
        "&(amp|lt|gt|quot|nbsp|#[0-9]{2,5});|</?(br|p|div|span|b|i|a)( [^<>]*)?/?>",
        "remove it, unless it is to be read",
    ),
}
"""What is there -> how it is found (RE2), and what to do."""


def look(rows: Rows) -> Iterator[Finding]:
    """Rows with such traces, a finding a kind of them."""
    for split in SPLITS:
        for what, chosen in _having(rows, split).items():
            if chosen.any():
                count = int(chosen.sum())
                yield Finding(
                    "damage",
                    "note" if "mark-up" in what else "warning",
                    split,
                    f"{counted(count, verb='has/have')} {what}",
                    count,
                    len(chosen),
                    rows.ids(split, chosen),
                    _TRACES[what][1],
                )


def _having(rows: Rows, split: SplitName) -> Mapping[str, np.ndarray]:
    """What is there -> (N,) whether a row has it. Texts are put together once for all of them."""
    found = {what: np.zeros(rows.tables[split].num_rows, bool) for what in _TRACES}
    before = 0
    for texts in rows.texts(split):
        for what, (form, _) in _TRACES.items():
            found[what][before : before + len(texts)] = matching(texts, form)
        before += len(texts)
    return found
