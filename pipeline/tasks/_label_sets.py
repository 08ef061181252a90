"""Any number of labels a row: a probability each, and a threshold that it has to reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Column, Json, Predictions
from pipeline.tasks._labelling import Labelling

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import torch

_HALF = 0.5


@dataclass(frozen=True)
class LabelSets(Labelling):
    """Every label is a question of its own.

    Attributes:
        thresholds: label -> the probability from which it is answered; one half for the others.
    """

    column: ClassVar[Column] = Column("labels", "the labels of a row; none, one or several")
    metrics: ClassVar[tuple[str, ...]] = ("micro_f1", "macro_f1", "subset_accuracy")
    problem_type: ClassVar[str] = "multi_label_classification"

    thresholds: Mapping[str, float] = field(default_factory=dict)

    def rows(self, table: pa.Table) -> list[list[str]]:
        """The names of each row."""
        found: list[list[str]] = table["label"].to_pylist()
        return found

    def carried(self, table: pa.Table) -> pa.ChunkedArray:
        """The names of all rows."""
        import pyarrow.compute as pc

        return pc.list_flatten(table["label"])

    def references(self, table: pa.Table, labels: Sequence[str]) -> np.ndarray:
        """(N, C) int64 zeros and ones."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        sizes = pc.list_value_length(table["label"]).to_numpy()
        ids = pc.index_in(self.carried(table), value_set=pa.array(labels, pa.string()))
        found = np.zeros((table.num_rows, len(labels)), dtype=np.int64)
        found[np.repeat(np.arange(table.num_rows), sizes), ids.to_numpy().astype(np.int64)] = 1
        return found

    def readable(self, answers: np.ndarray, labels: Sequence[str]) -> list[str]:
        """Names in label order, joined by commas; nothing where a row has none."""
        return [
            ", ".join(label for label, has in zip(labels, row, strict=True) if has)
            for row in answers.tolist()
        ]

    def reported(self, found: Predictions, labels: Sequence[str]) -> pa.Table:
        """Lists of names and of their probabilities, in label order."""
        import numpy as np
        import pyarrow as pa

        chosen = [np.flatnonzero(row) for row in found.answers]
        names = [[labels[int(number)] for number in row] for row in chosen]
        table = pa.table({"label": pa.array(names, pa.list_(pa.string()))})
        if found.scores is None:
            return table
        scores = found.scores.astype(np.float64).round(6)
        lists = [row[own].tolist() for row, own in zip(scores, chosen, strict=True)]
        return table.append_column("score", pa.array(lists, pa.list_(pa.float64())))

    def balanced(self, references: np.ndarray, classes: int) -> list[float]:
        """Rows without a label for each row with it: both sides of a question weigh the same."""
        import numpy as np

        having = references.sum(axis=0)
        weights = (len(references) - having) / np.maximum(having, 1)
        return [float(weight) for weight in np.where(weights > 0, weights, 1.0)]

    def loss(
        self,
        logits: torch.Tensor,
        targets: torch.Tensor,
        *,
        weights: torch.Tensor | None,
        smoothing: float,
    ) -> torch.Tensor:
        """Binary cross-entropy; (B, C) zeros and ones; the mean over a row's labels.

        Args:
            weights: of the rows that have the label, against those that lack it.
            smoothing: moves the targets from 0 and 1 towards one half.
        """
        from torch.nn.functional import binary_cross_entropy_with_logits

        smoothed = targets.to(logits.dtype) * (1 - smoothing) + smoothing / 2
        total = binary_cross_entropy_with_logits(
            logits, smoothed, pos_weight=weights, reduction="sum"
        )
        return total / logits.shape[-1]

    def decode(self, logits: np.ndarray, labels: Sequence[str]) -> Predictions:
        """The labels whose probability reaches their threshold, and the probability of each."""
        import numpy as np

        from pipeline.evaluation.thresholds import decide

        scores = (0.5 * (1 + np.tanh(0.5 * logits))).astype(np.float32)  # cannot overflow
        return Predictions(decide(scores, np.asarray(self._in_order(labels))), scores)

    def details(self, references: np.ndarray, answers: np.ndarray, labels: Sequence[str]) -> Json:
        """Label by label."""
        from pipeline.evaluation import tables

        return {"per_class": tables.per_class_report(references, answers, labels)}

    def example(self) -> str:
        """The labels that reach their thresholds."""
        return f"""\
probabilities = logits.sigmoid()[0].tolist()
thresholds = {dict(self.thresholds)!r}
print([label for label, p in zip(labels, probabilities) if p >= thresholds.get(label, {_HALF})])
"""

    def _in_order(self, labels: Sequence[str]) -> list[float]:
        return [self.thresholds.get(label, _HALF) for label in labels]
