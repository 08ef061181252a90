"""The rows of an experiment as the doctor looks at them: what several findings need, once.

Letters: N rows of a split.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import ROW_ID, SPLITS, SplitName, Splits, Task
from pipeline.data.hashing import hashes, in_batches, plain_hashes
from pipeline.data.keys import spaced
from pipeline.data.picking import picked
from pipeline.examples import Codec

_SHOWN = 3


@dataclass(frozen=True)
class Rows:
    """All rows, and what is known of them.

    Attributes:
        tables: the splits.
        labels: class names; empty where a task has none.
        codec: of the base; None as long as it is not known.
    """

    task: Task
    tables: Mapping[SplitName, pa.Table]
    labels: tuple[str, ...] = ()
    codec: Codec | None = None
    _keys: dict[tuple[str, SplitName], np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, splits: Splits, task: Task, codec: Codec | None = None) -> Rows:
        """The rows of divided data."""
        tables = {name: getattr(splits, name) for name in SPLITS}
        return cls(task, tables, task.labels(splits.train), codec)

    def __len__(self) -> int:
        return sum(table.num_rows for table in self.tables.values())

    @cached_property
    def inputs(self) -> list[str]:
        """Names of the columns that a model reads."""
        return self._named(is_input=True)

    @cached_property
    def answers(self) -> list[str]:
        """Names of the columns that hold what it is to answer."""
        return self._named(is_input=False)

    @property
    def label(self) -> str | None:
        """The column with the one class of a row."""
        if not self.labels:
            return None
        return next((n for n in self.answers if self.task.columns[n].kind == "label"), None)

    def exact(self, split: SplitName) -> np.ndarray:
        """(N,) uint64, equal where inputs are."""
        return self._once("exact", split)

    def plain(self, split: SplitName) -> np.ndarray:
        """(N,) uint64, equal where inputs are but for case, blanks and marks."""
        return self._once("plain", split)

    def answered(self, split: SplitName) -> np.ndarray:
        """(N,) uint64, equal where answers are."""
        return self._once("answered", split)

    def texts(self, split: SplitName) -> Iterator[pa.ChunkedArray]:
        """The inputs, a string a row, a batch of rows at a time."""
        for part in in_batches(self.tables[split]):
            yield spaced(part, self.inputs)

    def ids(self, split: SplitName, chosen: np.ndarray) -> tuple[str, ...]:
        """The first few of the rows that are chosen, by number or by a mask."""
        numbers = np.flatnonzero(chosen) if chosen.dtype == bool else np.sort(chosen)
        found = picked(self.tables[split].select([ROW_ID]), numbers[:_SHOWN])
        return tuple(found[ROW_ID].to_pylist())

    def sample(self, split: SplitName, most: int) -> pa.Table:
        """Rows spread evenly over a split, all of them where there are no more."""
        table = self.tables[split]
        if table.num_rows <= most:
            return table
        return picked(table, np.linspace(0, table.num_rows - 1, most).astype(np.int64))

    def _once(self, kind: str, split: SplitName) -> np.ndarray:
        if (kind, split) not in self._keys:
            table = self.tables[split]
            columns = self.answers if kind == "answered" else self.inputs
            make = plain_hashes if kind == "plain" else hashes
            self._keys[kind, split] = make(table, columns)
        return self._keys[kind, split]

    def _named(self, *, is_input: bool) -> list[str]:
        there = self.tables["train"].column_names
        return [
            name
            for name, column in self.task.columns.items()
            if name in there and column.is_input == is_input
        ]


def lengths(texts: pa.ChunkedArray) -> np.ndarray:
    """(N,) characters of each text."""
    return np.asarray(pc.utf8_length(texts).to_numpy(), dtype=np.int64)


def matching(texts: pa.ChunkedArray, form: str) -> np.ndarray:
    """(N,) whether a regular expression (RE2) is found in each text."""
    return np.asarray(pc.match_substring_regex(texts, form).to_numpy(), dtype=bool)
