"""What one label a row and any number of labels a row do each in their own way.

Shapes: N rows, B rows of a pass, C classes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import ROW_ID, Column, Json, Predictions
from pipeline.errors import Problem, suggestion

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import torch

_SHOWN = 5


class Labelling(ABC):
    """How rows carry labels, how logits become them, and what a wrong one costs."""

    column: ClassVar[Column]
    metrics: ClassVar[tuple[str, ...]]
    problem_type: ClassVar[str]
    """As transformers calls it."""

    @abstractmethod
    def rows(self, table: pa.Table) -> list[list[str]]:
        """(N,) the names that each row carries."""

    @abstractmethod
    def carried(self, table: pa.Table) -> pa.ChunkedArray:
        """The names that the rows carry, end to end."""

    def names(self, table: pa.Table) -> tuple[str, ...]:
        """All names: numbers in order of size, else words in alphabetical order."""
        names = self.carried(table).unique().to_pylist()
        if all(name.isdecimal() for name in names):
            return tuple(sorted(names, key=lambda name: (int(name), name)))
        return tuple(sorted(names))

    @abstractmethod
    def references(self, table: pa.Table, labels: Sequence[str]) -> np.ndarray:
        """Gold answers, as the metrics take them and, moved to a tensor, the loss."""

    @abstractmethod
    def readable(self, answers: np.ndarray, labels: Sequence[str]) -> list[str]:
        """Names for answers."""

    @abstractmethod
    def reported(self, found: Predictions, labels: Sequence[str]) -> pa.Table:
        """Columns ``label`` and, where there are probabilities, ``score``."""

    @abstractmethod
    def balanced(self, references: np.ndarray, classes: int) -> list[float]:
        """(C,) weights under which rare labels cost as much as frequent ones."""

    @abstractmethod
    def loss(
        self,
        logits: torch.Tensor,
        targets: torch.Tensor,
        *,
        weights: torch.Tensor | None,
        smoothing: float,
    ) -> torch.Tensor:
        """Summed over rows; logits (B, C) fp32 -> scalar."""

    @abstractmethod
    def decode(self, logits: np.ndarray, labels: Sequence[str]) -> Predictions:
        """Answers and probabilities; logits (N, C)."""

    @abstractmethod
    def details(self, references: np.ndarray, answers: np.ndarray, labels: Sequence[str]) -> Json:
        """Tables for the report."""

    @abstractmethod
    def example(self) -> str:
        """Python from ``logits`` (1, C) to an answer; ``labels`` is known."""


def numbered(labels: Sequence[str]) -> Json:
    """Number and names of labels, as a model's configuration has them."""
    return {
        "num_labels": len(labels),
        "id2label": dict(enumerate(labels)),
        "label2id": {label: n for n, label in enumerate(labels)},
    }


def unknown_labels(
    split: str, table: pa.Table, labelling: Labelling, known: set[str]
) -> list[Problem]:
    """Labels of a split that training lacks."""
    if known.issuperset(labelling.names(table)):
        return []
    found: dict[str, list[str]] = {}
    for row, names in zip(table[ROW_ID].to_pylist(), labelling.rows(table), strict=True):
        for name in names:
            if name not in known:
                found.setdefault(name, []).append(row)
    return [
        Problem(
            f"the label '{label}' ({len(places)} row{'s' * (len(places) > 1)}) is not among the"
            f" training labels: {', '.join(places[:_SHOWN])}{', ...' * (len(places) > _SHOWN)}",
            split,
            suggestion(label, known) + "; or add training rows with it, or remove these rows"
            if len(known) <= 20
            else "add training rows with it, or remove these rows",
        )
        for label, places in found.items()
    ]
