"""What the data sets made of docstrings share: where rows come from, and on which side they go."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pipeline.contracts import SPLITS, Json, Reporter, SplitName
from pipeline.data.builtin._corpus import PACKAGES, digits, tables, versions
from pipeline.data.builtin._data_set import BuiltinData, Given

if TYPE_CHECKING:
    import pyarrow as pa

VALIDATION, TEST = 0.05, 0.1
"""Shares of the objects, where a set is divided by objects."""


class OfDocstrings(BuiltinData):
    """Rows made of the docstrings of the installed packages, with splits of their own."""

    @property
    def is_divided(self) -> bool:
        """By a hash of the objects' names."""
        return True

    @property
    def packages(self) -> tuple[str, ...]:
        """Import names of the packages that are read."""
        return PACKAGES

    def splits(self, report: Reporter) -> Given:
        """Half a minute where a package was never read, else from the cache in seconds."""
        return self.divide(tables(self.packages, name=self.name, report=report))

    @abstractmethod
    def divide(self, found: dict[str, pa.Table]) -> Given:
        """The set's rows from those of each package, which have ``row_id`` and ``text``."""

    def source(self, given: Given) -> Json:
        """Versions of the packages, and the hash of the rows of each split."""
        return {
            "packages": versions(self.packages),
            "fingerprint": {name: digits(table) for name, table in given.items()},
        }


def pairs(found: Iterable[pa.Table]) -> Iterator[tuple[str, str]]:
    """Row id and text of every row."""
    for table in found:
        yield from zip(table["row_id"].to_pylist(), table["text"].to_pylist(), strict=True)


def side(row: str) -> SplitName:
    """The split that a row's object falls in, the same for a class and its methods."""
    at = place(row)
    if at < TEST:
        return "test"
    return "validation" if at < TEST + VALIDATION else "train"


def place(row: str) -> float:
    """Where in [0, 1) the object of a row falls, the same for a class and its methods."""
    module, _, name = row.partition(":")
    return spread(f"docs:{module}:{name.partition('.')[0]}")


def spread(text: str) -> float:
    """A number in [0, 1) that depends on the text alone and looks drawn."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64


def empty() -> dict[SplitName, list[Json]]:
    """No rows in any split yet."""
    return {name: [] for name in SPLITS}
