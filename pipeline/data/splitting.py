"""Dividing rows: stratified, seeded, and no text on both sides.

Rows are drawn in a random order of their distinct texts, which depends on the seed and the
texts alone, not on the order of the rows in a file. Test rows are drawn before any training
row is, so they are the same whatever is kept for training; and the 8 rows a class of one
seed are among its 16 rows a class.

Shapes: N rows, G distinct texts, C classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import ROW_ID
from pipeline.data.keys import joined
from pipeline.errors import DataError, Problem

_SHOWN = 5


@dataclass(frozen=True)
class Roles:
    """What the columns of a table are for.

    Attributes:
        texts: columns that together make two rows the same text.
        label: the column of classes to stratify by, or None.
        group: columns whose rows stay on one side where they agree; the texts where empty.
    """

    texts: tuple[str, ...]
    label: str | None
    group: tuple[str, ...] = ()

    def groups(self, table: pa.Table) -> pa.ChunkedArray:
        """(N,) what keeps rows on one side of a split, as one string."""
        return joined(table, self.group or self.texts)


@dataclass(frozen=True)
class Order:
    """The order in which rows are drawn.

    Attributes:
        rank: (N,) place of the row's text in the random order, 0 to G - 1.
        label: (N,) class of the row, 0 to C - 1.
        group_label: (G,) class of each text; the first in the alphabet where rows disagree.
        group_size: (G,) rows with that text.
        names: C class names.
    """

    rank: np.ndarray
    label: np.ndarray
    group_label: np.ndarray
    group_size: np.ndarray
    names: Sequence[str]


def by_lot(
    table: pa.Table,
    share: float,
    *,
    of: int,
    split: str,
    reserve: int,
    roles: Roles,
    seed: int,
) -> np.ndarray:
    """Set a share of the rows aside; each class gives its part, and at least one text.

    Args:
        table: N rows with ``row_id`` and the task's columns.
        share: between 0 and 1, of ``of`` rows.
        of: rows that the share is of: more than N where another split was carved before.
        split: name of what is carved, for messages.
        reserve: texts of each class that must be left over for other splits.
        roles: which columns are texts, and which the class.
        seed: of the random order.

    Returns:
        (N,) whether each row is set aside.

    Raises:
        DataError: a class with too few distinct texts.
    """
    order = _order(table, roles, seed)
    _refuse_small_classes(table, order, split, need=reserve + 1)
    by_class = np.lexsort((np.arange(len(order.group_label)), order.group_label))
    classes = len(order.names)
    starts = np.searchsorted(order.group_label[by_class], np.arange(classes + 1))
    chosen = np.zeros(len(by_class), dtype=bool)
    for label in range(classes):
        groups = by_class[starts[label] : starts[label + 1]]
        sizes = order.group_size[groups]
        target = share * of * sizes.sum() / table.num_rows
        # A text goes where the middle of its rows falls, so that large ones do not overshoot.
        wanted = np.cumsum(sizes) - sizes / 2 <= target
        wanted[0] = True
        wanted[len(groups) - reserve :] = False
        chosen[groups[wanted]] = True
    return np.asarray(chosen[order.rank])


def cut(
    table: pa.Table,
    *,
    per_class: int | None,
    limit: int | None,
    roles: Roles,
    seed: int,
) -> tuple[pa.Table, pa.Table, list[str]]:
    """Keep some of the training rows.

    Args:
        table: N rows.
        per_class: rows to keep of each class.
        limit: rows to keep in all, in proportion to the classes, one of each at least.
        roles: which columns are texts, and which the class.
        seed: of the random order.

    Returns:
        The rows kept, the rows left over whose text is not among those kept, and what a
        person should know, a sentence each.

    Raises:
        DataError: ``limit`` is below the number of classes.
    """
    order = _order(table, roles, seed)
    counts = np.bincount(order.label, minlength=len(order.names))
    quota = counts if per_class is None else np.minimum(counts, per_class)
    notes = _short_classes(counts, per_class, order.names)
    if limit is not None and limit < quota.sum():
        quota = _apportion(quota, limit)
    drawn = np.lexsort((order.rank, order.label))
    place = np.arange(len(drawn)) - (np.cumsum(counts) - counts)[order.label[drawn]]
    kept = np.zeros(len(drawn), dtype=bool)
    kept[drawn] = place < quota[order.label[drawn]]
    spared = ~kept & ~np.isin(order.rank, order.rank[kept])
    return table.filter(pa.array(kept)), table.filter(pa.array(spared)), notes


def nested(table: pa.Table, *, roles: Roles, seed: int) -> pa.Table:
    """All rows in an order of which every beginning is stratified: small sets lie in large ones.

    One row of each class comes first. Then a class's rows are spread evenly over the whole.

    Args:
        table: N rows.
        roles: which columns are texts, and which the class.
        seed: of the random order within a class.
    """
    order = _order(table, roles, seed)
    drawn = np.lexsort((order.rank, order.label))
    counts = np.bincount(order.label, minlength=len(order.names))
    label = order.label[drawn]
    place = np.arange(len(drawn)) - (np.cumsum(counts) - counts)[label]
    spread = np.where(place == 0, -1.0, (place + 0.5) / counts[label])
    return table.take(pa.array(drawn[np.lexsort((order.rank[drawn], spread))]))


def _order(table: pa.Table, roles: Roles, seed: int) -> Order:
    group, distinct = _codes(roles.groups(table))
    if roles.label is None:
        label, names = np.zeros(table.num_rows, dtype=np.int64), [""]
    else:
        label, found = _codes(table[roles.label])
        names = found.to_pylist()
    rank = np.random.default_rng(seed).permutation(len(distinct))[group]
    group_label = np.full(len(distinct), len(names))
    np.minimum.at(group_label, rank, label)
    return Order(
        rank=rank,
        label=label,
        group_label=group_label,
        group_size=np.bincount(rank, minlength=len(distinct)),
        names=names,
    )


def _codes(values: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    """(N,) which of the sorted distinct values each one is, and those values."""
    distinct = values.unique()
    distinct = distinct.take(pc.sort_indices(distinct))
    return pc.index_in(values, value_set=distinct).to_numpy().astype(np.int64), distinct


def _apportion(sizes: np.ndarray, total: int) -> np.ndarray:
    """Whole parts of ``total`` in proportion to sizes, one at least (largest remainders)."""
    if total < len(sizes):
        raise DataError(
            f"limit is {total}, and there are {len(sizes)} classes",
            place="data.limit",
            hint=f"give {len(sizes)} or more, so that each class keeps a row",
        )
    exact = (total - len(sizes)) * (sizes - 1) / max(1, (sizes - 1).sum())
    parts = np.floor(exact).astype(np.int64)
    largest = np.argsort(parts - exact, kind="stable")
    parts[largest[: total - len(sizes) - int(parts.sum())]] += 1
    return parts + 1


def _refuse_small_classes(table: pa.Table, order: Order, split: str, need: int) -> None:
    texts = np.bincount(order.group_label, minlength=len(order.names))
    problems = []
    for label in np.flatnonzero(texts < need).tolist():
        rows = table[ROW_ID].filter(pa.array(order.label == label))
        where = ", ".join(rows.slice(0, _SHOWN).to_pylist())
        counted = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
        distinct = "" if texts[label] == len(rows) else f" with {texts[label]} texts of its own"
        name = order.names[label]
        there = f"the class '{name}' has" if name else f"there {'is' if len(rows) == 1 else 'are'}"
        remedy = "add rows of it, remove the class, or" if name else "add rows, or"
        problems.append(
            Problem(
                f"{there} {counted}{distinct} ({where}), too few to carve {split}:"
                f" each of the {need} splits needs one",
                place=f"data.{split}",
                hint=f"{_blanks(name)}{remedy} give {split} as a file of its own",
            )
        )
    if problems:
        raise DataError(problems)


def _blanks(name: str) -> str:
    return "its name has blanks around it: is it a slip? else " if name != name.strip() else ""


def _short_classes(counts: np.ndarray, per_class: int | None, names: Sequence[str]) -> list[str]:
    short = np.flatnonzero(counts < (per_class or 0)).tolist()
    if not short:
        return []
    shown = ", ".join(f"'{names[i]}' ({counts[i]})" for i in short[:_SHOWN])
    more = f" and {len(short) - _SHOWN} more" if len(short) > _SHOWN else ""
    return [f"fewer than {per_class} training rows, all of them kept: {shown}{more}"]
