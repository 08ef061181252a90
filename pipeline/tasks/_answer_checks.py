"""What is wrong with answers and their places, and what a person should know of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pipeline.contracts import ROW_ID, Splits
from pipeline.errors import DataError, Problem

if TYPE_CHECKING:
    import pyarrow as pa

_SHOWN = 5
_PIECE = 40
"""Characters of a text that a message shows."""


def check(splits: Splits, *, may_lack: bool) -> None:
    """Refuse answers that are not where they are said to be.

    Args:
        may_lack: a question may have no answer.

    Raises:
        DataError: all problems found, each with its split.
    """
    from pipeline.data.hashing import each

    problems: list[Problem] = []
    for name, table in _tables(splits).items():
        problems += _misplaced(name, table)
        if not may_lack:
            problems += _lacking(name, table)
    if not any(each(splits.train, "answers")):
        problems.append(
            Problem("no training row has an answer", "train", "look at data.columns.answers")
        )
    if problems:
        raise DataError(problems)


def notes(splits: Splits, *, may_lack: bool) -> list[str]:
    """How many questions have no answer, and whether that can be answered."""
    from pipeline.data.hashing import each

    told = []
    for name, table in _tables(splits).items():
        count = sum(not row for row in each(table, "answers"))
        if not count:
            continue
        said = f"{name}: {count:,} of {table.num_rows:,} questions have no answer"
        wrong = "; as all in training have one, some answer is given to each"
        told.append(said + ("" if may_lack else wrong))
    return told


def _tables(splits: Splits) -> Mapping[str, pa.Table]:
    return {"train": splits.train, "validation": splits.validation, "test": splits.test}


def _misplaced(split: str, table: pa.Table) -> list[Problem]:
    wrong = _wrong(table)
    shown = list(itertools.islice(wrong, _SHOWN))
    if not shown:
        return []
    left = sum(1 for _ in wrong)
    more = f"; {left:,} more" if left else ""
    one = len(shown) == 1
    return [
        Problem(
            f"{len(shown) + left:,} answer{'' if one else 's'} {'is' if one else 'are'} not where"
            f" {'it is' if one else 'they are'} said to be: {'; '.join(shown)}{more}",
            split,
            "count characters from 0, in the context as it is; a question without an answer has"
            " an empty list",
        )
    ]


def _wrong(table: pa.Table) -> Iterator[str]:
    from pipeline.data.hashing import each

    rows = zip(*(each(table, name) for name in (ROW_ID, "context", "answers")), strict=True)
    for row, context, answers in rows:
        for answer in answers:
            said = _what_is_wrong(context, answer)
            if said:
                yield f"{row}: {said}"


def _what_is_wrong(context: str, answer: Mapping[str, Any]) -> str:
    text, start = answer["text"], answer["start"]
    if not text.strip():
        return "an answer without a text"
    if start >= 0 and context[start : start + len(text)] == text:
        return ""
    there = context[start : start + len(text)] if start >= 0 else ""
    stands = f"there stands '{_short(there)}'" if there else "that is outside of the context"
    return (
        f"'{_short(text)}' is said to begin at character {start}, but {stands};"
        f" {_where(context, text, start)}"
    )


def _where(context: str, text: str, start: int) -> str:
    places = []
    at = context.find(text)
    while at >= 0:
        places.append(at)
        at = context.find(text, at + 1)
    if not places:
        return "the context does not hold it"
    nearest = min(places, key=lambda place: abs(place - start))
    off = abs(nearest - start)
    return f"it begins at {nearest}{' (off by one?)' if off == 1 else ''}"


def _lacking(split: str, table: pa.Table) -> list[Problem]:
    from pipeline.data.hashing import each

    ids, answers = each(table, ROW_ID), each(table, "answers")
    rows = [row for row, found in zip(ids, answers, strict=True) if not found]
    if not rows:
        return []
    more = f" and {len(rows) - _SHOWN:,} more" if len(rows) > _SHOWN else ""
    return [
        Problem(
            f"{len(rows):,} question{'s have' if len(rows) > 1 else ' has'} no answer:"
            f" {', '.join(rows[:_SHOWN])}{more}",
            split,
            "remove these rows, or write task: {name: question-answering, unanswerable: yes}",
        )
    ]


def _short(text: str) -> str:
    return text if len(text) <= _PIECE else f"{text[: _PIECE - 3]}..."
