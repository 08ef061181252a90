"""Rows that two contenders answer differently, from ``predictions.parquet``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.contracts import ROW_ID
from pipeline.errors import ModelError

LIMIT = 200
MISTAKES = 40
TEXT_LIMIT = 280
"""Letters of a text that are shown."""


@dataclass(frozen=True)
class Row:
    """One row and both answers; a score is the probability of the answer, or None."""

    row_id: str
    text: str
    gold: str
    ours: str
    ours_score: float | None
    theirs: str
    theirs_score: float | None


@dataclass(frozen=True)
class Group:
    """Rows of one outcome; ``rows`` is a sample of all ``total``."""

    title: str
    total: int
    rows: Sequence[Row]


@dataclass(frozen=True)
class Disagreements:
    """How often two contenders agree, and a sample of where they do not.

    Attributes:
        agreeing: rows with the same answer; ``agreeing_right`` of them are right.
        differing: rows with different answers, in groups by who is right.
        shown: rows in all samples together.
        exact: an answer is right or wrong; else there is one group, and nobody is called right.
    """

    agreeing: int
    agreeing_right: int
    differing: int
    groups: Sequence[Group]
    shown: int
    exact: bool = True


@dataclass(frozen=True)
class Mistake:
    """A wrong answer and how sure it was."""

    row_id: str
    text: str
    gold: str
    answer: str
    score: float


def sure_mistakes(path: Path, ours: str) -> Sequence[Mistake]:
    """The wrong answers that were given most surely, the surest first.

    Args:
        path: ``predictions.parquet``.
        ours: name of the contender.

    Returns:
        At most ``MISTAKES``; none where no answer has a probability.

    Raises:
        ModelError: the file lacks a column or cannot be read.
    """
    score = f"{ours}/score"
    table = _read(path, [ROW_ID, "text", "gold", ours], [score])
    if score not in table.column_names:
        return ()
    wrong = table.filter(
        pc.not_equal(table[ours].cast(pa.string()), table["gold"].cast(pa.string()))
    )
    order = pc.sort_indices(wrong, sort_keys=[(score, "descending")])[:MISTAKES]
    return [
        Mistake(
            row_id=str(found[ROW_ID]),
            text=_cut(str(found["text"])),
            gold=str(found["gold"]),
            answer=str(found[ours]),
            score=found[score],
        )
        for found in wrong.take(order).to_pylist()
    ]


def find(path: Path, ours: str, theirs: str, *, exact: bool = True) -> Disagreements:
    """Compare the answers of two contenders.

    Args:
        path: ``predictions.parquet``.
        ours: name of the fine-tuned contender.
        theirs: name of the baseline.
        exact: whether an answer is right or wrong, and not more or less so.

    Raises:
        ModelError: the file lacks a column or cannot be read.
    """
    table = _read(
        path, [ROW_ID, "text", "gold", ours, theirs], [f"{ours}/score", f"{theirs}/score"]
    )
    gold, first, second = (table[name].cast(pa.string()) for name in ("gold", ours, theirs))
    same = pc.equal(first, second)
    first_right, second_right = pc.equal(first, gold), pc.equal(second, gold)
    differ = pc.invert(same)
    outcomes = (
        {"Answers that differ": differ}
        if not exact
        else {
            f"Only {ours} is right": pc.and_(differ, first_right),
            f"Only {theirs} is right": pc.and_(differ, second_right),
            "Both are wrong, each in its own way": pc.and_(
                differ, pc.invert(pc.or_(first_right, second_right))
            ),
        }
    )
    differing = _true(differ)
    groups = []
    for title, mask in outcomes.items():
        total = _true(mask)
        # Shared out by size, so that the sample is as mixed as the whole; no outcome is left out.
        part = max(1, total * (LIMIT - len(outcomes)) // max(1, differing))
        quota = total if differing <= LIMIT else min(total, part)
        where = pc.indices_nonzero(mask).to_pylist()
        chosen = [where[index * total // quota] for index in range(quota)]
        rows = _rows(table.take(pa.array(chosen, pa.int64())), ours, theirs)
        groups.append(Group(title, total, rows))
    return Disagreements(
        agreeing=_true(same),
        agreeing_right=_true(pc.and_(same, first_right)),
        differing=differing,
        groups=groups,
        shown=sum(len(group.rows) for group in groups),
        exact=exact,
    )


def _read(path: Path, needed: Sequence[str], wanted: Sequence[str]) -> pa.Table:
    try:
        known = pq.read_schema(path).names
        missing = [name for name in needed if name not in known]
        if missing:
            raise ModelError(f"there is no column {', '.join(missing)}", place=str(path))
        return pq.read_table(path, columns=[*needed, *(n for n in wanted if n in known)])
    except pa.ArrowInvalid as error:
        raise ModelError(f"this file is damaged: {error}", place=str(path)) from None


def _true(mask: Any) -> int:
    return pc.sum(mask).as_py() or 0


def _rows(table: pa.Table, ours: str, theirs: str) -> list[Row]:
    return [
        Row(
            row_id=str(found[ROW_ID]),
            text=_cut(str(found["text"])),
            gold=str(found["gold"]),
            ours=str(found[ours]),
            ours_score=found.get(f"{ours}/score"),
            theirs=str(found[theirs]),
            theirs_score=found.get(f"{theirs}/score"),
        )
        for found in table.to_pylist()
    ]


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1].rstrip() + "…"
