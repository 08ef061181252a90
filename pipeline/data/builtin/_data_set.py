"""What every built-in data set is."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.components import Component
from pipeline.contracts import Json, Reporter, SplitName

if TYPE_CHECKING:
    import pyarrow as pa

Given = Mapping[SplitName, "pa.Table"]
"""Rows as a data set gives them: all in ``train``, to be carved, or all three splits."""


class BuiltinData(Component):
    """Rows that lie on every machine; the fields are the set's options."""

    @property
    def is_divided(self) -> bool:
        """It comes with splits of its own, and no recipe can ask for other shares."""
        return False

    @abstractmethod
    def splits(self, report: Reporter) -> Given:
        """All rows in ``train``; all three splits where ``is_divided``."""

    @abstractmethod
    def source(self, given: Given) -> Json:
        """What the lock file keeps: where the rows come from, in which version."""
