"""One label a row: a class id, a softmax, cross-entropy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Column, Json, Predictions
from pipeline.tasks._labelling import Labelling

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import torch


class OneLabel(Labelling):
    """The classes exclude each other."""

    column: ClassVar[Column] = Column("label", "the class: any word or number")
    metrics: ClassVar[tuple[str, ...]] = ("accuracy", "macro_f1", "mcc")
    problem_type: ClassVar[str] = "single_label_classification"

    def rows(self, table: pa.Table) -> list[list[str]]:
        """One name each."""
        return [[name] for name in table["label"].to_pylist()]

    def carried(self, table: pa.Table) -> pa.ChunkedArray:
        """One name a row."""
        return table["label"]

    def references(self, table: pa.Table, labels: Sequence[str]) -> np.ndarray:
        """(N,) int64 class ids."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        ids = pc.index_in(table["label"], value_set=pa.array(labels, pa.string()))
        return np.asarray(ids.to_numpy(), dtype=np.int64)

    def readable(self, answers: np.ndarray, labels: Sequence[str]) -> list[str]:
        """Class names for class ids."""
        return [labels[answer] for answer in answers]

    def reported(self, found: Predictions, labels: Sequence[str]) -> pa.Table:
        """A name and a probability each."""
        import numpy as np
        import pyarrow as pa

        table = pa.table({"label": pa.array(self.readable(found.answers, labels), pa.string())})
        if found.scores is None:
            return table
        chosen = found.scores[np.arange(len(found.answers)), found.answers].astype(np.float64)
        return table.append_column("score", pa.array(chosen.round(6)))

    def balanced(self, references: np.ndarray, classes: int) -> list[float]:
        """N / (C * rows of the class): the mean over the rows is 1, every class weighs the same."""
        import numpy as np

        counts = np.bincount(references, minlength=classes)
        return [float(weight) for weight in len(references) / (classes * np.maximum(counts, 1))]

    def loss(
        self,
        logits: torch.Tensor,
        targets: torch.Tensor,
        *,
        weights: torch.Tensor | None,
        smoothing: float,
    ) -> torch.Tensor:
        """Cross-entropy; class ids (B,). The gold class shares ``smoothing`` with all classes."""
        from torch.nn.functional import cross_entropy

        return cross_entropy(
            logits, targets, weight=weights, reduction="sum", label_smoothing=smoothing
        )

    def decode(self, logits: np.ndarray, labels: Sequence[str]) -> Predictions:
        """The most likely class, and the softmax over all of them."""
        import numpy as np

        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        scores = (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)
        return Predictions(answers=logits.argmax(axis=1).astype(np.int64), scores=scores)

    def details(self, references: np.ndarray, answers: np.ndarray, labels: Sequence[str]) -> Json:
        """Class by class, and what is taken for what."""
        from pipeline.evaluation import tables

        return {
            "per_class": tables.per_class_report(references, answers, labels),
            "confusion": tables.confusion(references, answers, labels),
        }

    def example(self) -> str:
        """The most likely class."""
        return """\
probabilities = logits.softmax(-1)
print(labels[int(probabilities[0].argmax())])
"""
