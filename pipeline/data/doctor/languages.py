"""Texts in another script than most, or in another language that is written in the same one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa

from pipeline.contracts import ROW_ID, SPLITS, SplitName
from pipeline.data.doctor.better import MULTILINGUAL
from pipeline.data.doctor.findings import Finding, counted
from pipeline.data.doctor.rows import Rows
from pipeline.data.keys import spaced
from pipeline.data.languages import SHARED, languages, spread
from pipeline.data.scripts import SCRIPTS, count

_MANY = 0.01
"""Share of the rows from which another script or language is a part of the data, not a slip."""
_ONE_WORD = 4
"""Letters that a text needs to be counted."""
_JAPANESE = frozenset(("Han", "Kana"))
_ROWS = 1_000
"""Rows of a split whose language is looked at, spread over it."""
_SOME = 3
"""Rows in another language that are more than a quotation or a mistake."""


@dataclass(frozen=True)
class _Sample:
    """Rows of a split in its main script.

    Attributes:
        ids: a row each.
        texts: a row each.
        of: how many rows were looked at, whatever their script.
    """

    ids: list[str]
    texts: list[str]
    of: int


def look(rows: Rows) -> Iterator[Finding]:
    """Scripts and languages that some rows are in, and splits that differ in the main one."""
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
            yield _unlike_train(rows, split, f"written in {main_script}", str(train))
    yield from _languages(rows, mains)


def main_scripts(rows: Rows, split: SplitName) -> np.ndarray:
    """(N,) number of the script with most letters in each row, -1 where there are too few."""
    found = []
    for texts in rows.texts(split):
        counts = count(texts)
        found.append(np.where(counts.sum(axis=1) >= _ONE_WORD, counts.argmax(axis=1), -1))
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _languages(rows: Rows, scripts: Mapping[SplitName, str]) -> Iterator[Finding]:
    """Languages that some rows are in, and splits that differ in the main one."""
    samples = {
        split: _sample(rows, split, script) for split, script in scripts.items() if script in SHARED
    }
    if not samples:
        return
    told = iter(languages([text for sample in samples.values() for text in sample.texts]))
    mains: dict[SplitName, str] = {}
    for split, sample in samples.items():
        found = list(islice(told, len(sample.texts)))
        sizes = spread(found)
        if sizes:
            mains[split] = sizes[0][0]
            yield from _other_languages(split, sample, found, sizes)
    train = mains.get("train")
    for split, main in mains.items():
        if train is not None and main != train:
            yield _unlike_train(rows, split, f"in {main}", train)


def _other_languages(
    split: SplitName,
    sample: _Sample,
    found: Sequence[str | None],
    sizes: Sequence[tuple[str, int]],
) -> Iterator[Finding]:
    (main, _), *others = sizes
    least = max(_SOME, _MANY * sum(size for _, size in sizes))
    for other, size in others:
        if size >= least:
            ids = [id_ for id_, one in zip(sample.ids, found, strict=True) if one == other]
            yield Finding(
                "languages",
                "note",
                split,
                f"{counted(size)} of {sample.of:,} looked at are in {other}, most in {main}",
                size,
                sample.of,
                tuple(ids[:3]),
                f"does the base know both? {MULTILINGUAL['encoder']} and"
                f" {MULTILINGUAL['decoder']} know many languages",
            )


def _sample(rows: Rows, split: SplitName, script: str) -> _Sample:
    table = rows.sample(split, _ROWS)
    texts = spaced(table, rows.inputs)
    in_script = pa.array(count(texts).argmax(axis=1) == SCRIPTS.index(script))
    return _Sample(
        table[ROW_ID].filter(in_script).to_pylist(),
        texts.filter(in_script).to_pylist(),
        table.num_rows,
    )


def _unlike_train(rows: Rows, split: SplitName, main: str, train: str) -> Finding:
    return Finding(
        "languages",
        "warning",
        split,
        f"most rows are {main}, those of train in {train}",
        rows.tables[split].num_rows,
        rows.tables[split].num_rows,
        hint="what is learnt in one is hardly known in the other: is it the right file?",
    )
