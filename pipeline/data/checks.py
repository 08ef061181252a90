"""What is wrong with rows that were read well: missing values, texts in two splits."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import ROW_ID, Column, SplitName
from pipeline.data.splitting import Roles
from pipeline.errors import Problem

_SHOWN = 5
_PAIRS: tuple[tuple[SplitName, SplitName], ...] = (
    ("train", "test"),
    ("validation", "test"),
    ("train", "validation"),
)
"""Where a shared text flatters a score; the first of each pair is what would lose it."""


def missing_values(split: str, table: pa.Table, columns: Mapping[str, Column]) -> list[Problem]:
    """Texts and labels that are empty, blank or absent, a problem a column."""
    problems = []
    for name, column in columns.items():
        if name not in table.column_names:
            continue
        blank = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(table[name]), ""), True)
        rows = table[ROW_ID].filter(blank)
        if len(rows):
            counted = "1 row has" if len(rows) == 1 else f"{len(rows)} rows have"
            what = "an empty text" if column.kind == "text" else "no label"
            problems.append(
                Problem(
                    f"{counted} {what} in '{name}': {first_rows(rows)}",
                    place=split,
                    hint="fill or remove them in the file",
                )
            )
    return problems


def first_rows(rows: pa.ChunkedArray) -> str:
    """The first few row ids, and how many more there are."""
    shown = ", ".join(rows.slice(0, _SHOWN).to_pylist())
    more = len(rows) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def shared(table: pa.Table, other: pa.Table, roles: Roles) -> pa.ChunkedArray:
    """(N,) true where the row's text, or pair of texts, is in the other table too."""
    return pc.is_in(roles.keys(table), value_set=roles.keys(other))


def without_shared(table: pa.Table, other: pa.Table, roles: Roles) -> pa.Table:
    """The rows whose text is not in the other table."""
    return table.filter(pc.invert(shared(table, other, roles)))


def shared_across(splits: Mapping[SplitName, pa.Table], roles: Roles) -> list[Problem]:
    """Identical texts in two splits, a problem a pair of splits."""
    problems = []
    for one, other in _PAIRS:
        rows = splits[one][ROW_ID].filter(shared(splits[one], splits[other], roles))
        if len(rows):
            counted = "1 row has a text that is" if len(rows) == 1 else (
                f"{len(rows)} rows have texts that are"
            )  # fmt: skip
            problems.append(
                Problem(
                    f"{counted} in {other} too: {first_rows(rows)}",
                    place=one,
                    hint=f"data.duplicates: drop removes them from {one}",
                )
            )
    return problems
