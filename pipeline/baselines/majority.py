"""The floor: what one scores without reading the text."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_FILE = "majority.json"


class Majority(Baseline):
    """Always the most frequent training class, or the labels that most training rows have.

    Where no label is on more than half of the rows, the most frequent set of labels that is not
    empty is answered: nothing at all would have no F1.
    """

    tasks: ClassVar[frozenset[str]] = frozenset(
        {"text-classification", "multi-label text-classification"}
    )

    def fit(self, work: Work) -> FittedMajority:
        """Count the training classes; of equally frequent ones the first is answered."""
        import numpy as np

        references = work.task.references(work.train, work.labels)
        if references.ndim == 2:
            shares = references.mean(axis=0)
            answer: list[int] | int = _common(references, shares).tolist()
            named = work.task.readable(np.asarray([answer]), work.labels)[0]
        else:
            counts = np.bincount(references, minlength=len(work.labels))
            shares = counts / counts.sum()
            answer = int(counts.argmax())
            named = work.labels[answer]
        floats = [float(share) for share in shares]
        return FittedMajority(floats, answer, notes={"answer": named, "share": max(floats)})

    @staticmethod
    def load(folder: Path, task: Task) -> FittedMajority:
        """Read back what ``save`` wrote."""
        return FittedMajority(**json.loads((folder / _FILE).read_text("utf-8")))


@dataclass
class FittedMajority:
    """What is always answered.

    Attributes:
        shares: of the training rows, that each class or label has; in label order.
        answer: the class id, or a zero or one a label.
    """

    shares: list[float]
    answer: list[int] | int
    notes: Json
    trainable_parameters: int = field(init=False)
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        self.trainable_parameters = self.total_parameters = len(self.shares)

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """The same answer and probabilities for every row."""
        import numpy as np

        rows = table.num_rows
        answer = np.asarray(self.answer, dtype=np.int64)
        return Predictions(
            answers=np.broadcast_to(answer, (rows, *answer.shape)).copy(),
            scores=np.tile(np.array(self.shares, dtype=np.float32), (rows, 1)),
        )

    def save(self, folder: Path) -> None:
        """Write shares and answer as JSON."""
        saved = {"shares": self.shares, "answer": self.answer, "notes": self.notes}
        (folder / _FILE).write_text(json.dumps(saved, ensure_ascii=False), "utf-8")


def _common(references: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(C,) the labels on more than half of the rows, else the most frequent set of some."""
    import numpy as np

    if (shares > 0.5).any():
        return (shares > 0.5).astype(np.int64)
    # Rows sort as the labels do; the last of the equal ones holds the first label.
    sets, counts = np.unique(references[references.any(axis=1)], axis=0, return_counts=True)
    found: np.ndarray = sets[::-1][counts[::-1].argmax()]
    return found
