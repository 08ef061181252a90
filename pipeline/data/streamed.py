"""Rows that are read once and divided on their way: none of them stays in memory.

A row's text says which split it is in, as ``split: hash`` has it; each split grows in a file
of its own. Splits that the recipe names are read from where it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from pipeline.contracts import SPLITS, Column, Json, SplitName
from pipeline.data import checks
from pipeline.data.policies import lies_in
from pipeline.data.spec import DataSpec
from pipeline.data.splitting import Roles
from pipeline.data.spool import Spool
from pipeline.errors import DataError

Sources = Mapping[SplitName, Iterator[pa.Table]]


@dataclass(frozen=True)
class Opened:
    """Where rows come from, before the first is read.

    Attributes:
        source: what goes into the lock file.
        title: what is counted while they are read.
        total: how much of it there is; None where nobody knows.
        rows: the splits, given who is told how much was read since.
    """

    source: Json
    title: str
    total: int | None
    rows: Callable[[Callable[[int], None]], Sources]


@dataclass
class Streaming:
    """Rows on their way to the disk.

    Attributes:
        columns: those of the task.
        roles: says what makes two rows the same text.
        drops: rows that lack a value are left out.
        notes: what a person should know, a sentence each.
        carved: the splits that were made of training rows.
    """

    spec: DataSpec
    columns: Mapping[str, Column]
    roles: Roles
    drops: bool
    notes: list[str] = field(default_factory=list)
    carved: list[SplitName] = field(default_factory=list)

    def divided(self, sources: Sources) -> dict[SplitName, pa.Table]:
        """All splits, as views of files.

        Raises:
            DataError: a row that cannot be read; a split without rows.
            StorageError: the disk is full.
        """
        with ExitStack() as open_files:
            spools = {name: open_files.enter_context(Spool()) for name in SPLITS}
            for name in SPLITS:
                if name != "train" and name in sources:
                    for table in self._complete(name, sources[name]):
                        spools[name].add(table)
            shares = self._shares(sources)
            whole = self._carve(self._complete("train", sources["train"]), shares, spools)
            for name in ("train", *shares):
                _refuse_empty(name, spools[name].rows, of=whole)
            for name, share in shares.items():
                self.carved.append(name)
                self.notes.append(
                    f"{name}: {spools[name].rows} of {whole} rows carved ({share:g}), fixed by"
                    " their texts"
                )
            return {name: spool.table() for name, spool in spools.items()}

    def _shares(self, sources: Sources) -> dict[SplitName, float]:
        """What is carved of the training rows."""
        given: dict[SplitName, float | None] = {
            "test": self.spec.test_share, "validation": self.spec.validation_share
        }  # fmt: skip
        return {name: share for name, share in given.items() if share and name not in sources}

    def _carve(
        self,
        pool: Iterator[pa.Table],
        shares: Mapping[SplitName, float],
        spools: Mapping[SplitName, Spool],
    ) -> int:
        """Give each row to its split, up to the last training row that is wanted.

        Returns:
            How many rows were read.
        """
        train, limit = spools["train"], self.spec.limit
        whole = 0
        for table in pool:
            sides = self._sides(table, shares)
            wanted = len(sides["train"])
            if limit is not None:
                wanted = _up_to(sides["train"], limit - train.rows)
            for name, side in sides.items():
                spools[name].add(table.slice(0, wanted).filter(pa.array(side[:wanted])))
            whole += wanted
            if train.rows == limit:
                self.notes.append(
                    f"train: the first {limit} rows, by limit; {whole} were read to find them"
                )
                break
        return whole

    def _sides(
        self, table: pa.Table, shares: Mapping[SplitName, float]
    ) -> dict[SplitName, np.ndarray]:
        """(N,) whether a row is in a split, for each that rows are given to."""
        sides: dict[SplitName, np.ndarray] = {}
        left = np.ones(table.num_rows, bool)
        for name, share in shares.items():
            sides[name] = left & lies_in(name, table, share, roles=self.roles)
            left = left & ~sides[name]
        return {**sides, "train": left}

    def _complete(self, name: SplitName, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """The rows that lack no value, where the others are to be dropped."""
        lacking = 0
        for table in tables:
            found = checks.complete(table, self.columns) if self.drops else table
            lacking += table.num_rows - found.num_rows
            yield found
        if lacking:
            self.notes.append(checks.dropped(name, lacking))


def _up_to(chosen: np.ndarray, count: int) -> int:
    """How many rows there are up to the last of so many chosen ones."""
    places = np.flatnonzero(chosen)
    return len(chosen) if len(places) < count else int(places[count - 1]) + 1


def _refuse_empty(name: SplitName, rows: int, *, of: int) -> None:
    if not rows:
        raise DataError(
            f"by hash, none of the {of} rows would be in {name}",
            place="data.split",
            hint="they are too few for it: give another share, name files for test and validation,"
            " raise limit, or leave streaming out",
        )
