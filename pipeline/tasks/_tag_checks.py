"""What is wrong with the tags of rows, and what a person should know of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.contracts import ROW_ID, Splits
from pipeline.errors import DataError, Problem, suggestion

if TYPE_CHECKING:
    import pyarrow as pa

_SHOWN = 5
_FEW = 40
"""Tags that a hint still lists."""


def check(splits: Splits, labels: Sequence[str], *, spans: bool) -> None:
    """Refuse what cannot be learnt or scored.

    Args:
        labels: what the training rows have.
        spans: whether tags write spans.

    Raises:
        DataError: all problems found, each with its split.
    """
    tables = {"train": splits.train, "validation": splits.validation, "test": splits.test}
    problems = [problem for name, table in tables.items() for problem in _uneven(name, table)]
    if spans:
        for name, table in tables.items():
            problems += _not_spans(name, table)
    problems += _nothing_to_learn(labels)
    for name in ("validation", "test"):
        problems += _unknown(name, tables[name], labels, spans=spans)
    if problems:
        raise DataError(problems)


def notes(splits: Splits, *, spans: bool) -> list[str]:
    """How tags were read, a sentence each."""
    from pipeline.data import tags
    from pipeline.data.hashing import each

    tables = {"train": splits.train, "validation": splits.validation, "test": splits.test}
    if not spans:
        return _almost_spans(splits.train)
    told = []
    for name, table in tables.items():
        if tags.is_iob1(each(table, "tags")):
            told.append(f"{name}: tags are IOB1 and are read as IOB2")
            continue
        read = map(tags.iob2, each(table, "tags"))
        begun = {number: len(row.begun) for number, row in enumerate(read) if row.begun}
        if begun:
            told.append(
                f"{name}: {_counted(sum(begun.values()), 'tag')} went on with a span where none"
                f" was, and began one instead (I-X was read as B-X): {_where(table, list(begun))}"
            )
    return told


def _uneven(split: str, table: pa.Table) -> list[Problem]:
    import numpy as np
    import pyarrow.compute as pc

    words, found = (
        np.asarray(pc.fill_null(pc.list_value_length(table[name]), 0)) for name in ("words", "tags")
    )
    rows = np.flatnonzero(words != found).tolist()
    if not rows:
        return []
    return [
        Problem(
            f"{_counted(len(rows), 'row')} with more or fewer tags than words:"
            f" {_where(table, rows)}; the first has {words[rows[0]]} words and"
            f" {found[rows[0]]} tags",
            split,
            "give every word one tag",
        )
    ]


def _not_spans(split: str, table: pa.Table) -> list[Problem]:
    from pipeline.data.tags import is_span_tag

    wrong = _rows_by_tag(table, lambda tag: not is_span_tag(tag))
    return [
        Problem(
            f"the tag '{tag}' ({_counted(len(found), 'row')}) is neither O nor a mark and a type"
            f" such as B-LOC: {_where(table, found)}",
            split,
            "mend it; or, if tags are plain classes, write task: {name: token-classification,"
            " scheme: plain}",
        )
        for tag, found in list(wrong.items())[:_SHOWN]
    ]


def _nothing_to_learn(labels: Sequence[str]) -> list[Problem]:
    if len(labels) > 1:
        return []
    only = f"every word has the tag '{labels[0]}'" if labels else "there is no tag"
    return [
        Problem(
            f"nothing is marked in the training rows: {only}",
            "train",
            "give rows with something to find; look at data.columns.tags",
        )
    ]


def _unknown(split: str, table: pa.Table, labels: Sequence[str], *, spans: bool) -> list[Problem]:
    from pipeline.data.tags import is_span_tag

    # A span is read by its type: whichever way it is marked, training has both marks of it.
    known = {label.partition("-")[2] or label for label in labels} if spans else set(labels)

    def named(tag: str) -> str:
        return (tag.partition("-")[2] or tag) if spans else tag

    def is_unknown(tag: str) -> bool:
        return named(tag) not in {*known, "O"} and (not spans or is_span_tag(tag))

    rows: dict[str, list[int]] = {}
    for tag, found in _rows_by_tag(table, is_unknown).items():
        rows.setdefault(named(tag), []).extend(found)
    what = "type" if spans else "tag"
    return [
        Problem(
            f"the {what} '{name}' ({_counted(len(set(found)), 'row')}) is not in the training"
            f" rows: {_where(table, sorted(set(found)))}",
            split,
            (f"{suggestion(name, known)}; or " if len(known) <= _FEW else "")
            + "add training rows with it, or remove these rows",
        )
        for name, found in rows.items()
    ]


def _almost_spans(train: pa.Table) -> list[str]:
    """One slip must not turn named entities into plain classes without a word."""
    from pipeline.data import tags
    from pipeline.data.hashing import each

    found = dict.fromkeys(tag for row in each(train, "tags") for tag in row)
    plain = [tag for tag in found if not tags.is_span_tag(tag)]
    if not tags.write_spans(set(found) - set(plain)):
        return []
    odd = plain[0]
    rows = _rows_by_tag(train, lambda tag: tag == odd)[odd]
    return [
        f"tags are read as plain classes: most look like spans, but '{odd}' does not"
        f" ({_where(train, rows)}); scheme: iob would refuse it"
    ]


def _rows_by_tag(table: pa.Table, wanted: Callable[[str], bool]) -> Mapping[str, list[int]]:
    """Tag -> numbers of the rows that it is in, of the tags that are wanted."""
    from pipeline.data.hashing import each

    rows: dict[str, list[int]] = {}
    for number, found in enumerate(each(table, "tags")):
        for tag in filter(wanted, dict.fromkeys(found)):
            rows.setdefault(tag, []).append(number)
    return rows


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _where(table: pa.Table, rows: Sequence[int]) -> str:
    shown = ", ".join(table[ROW_ID][n].as_py() for n in rows[:_SHOWN])
    return f"{shown} and {len(rows) - _SHOWN:,} more" if len(rows) > _SHOWN else shown
