"""The floor: what one scores without reading the text."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work

if TYPE_CHECKING:
    import pyarrow as pa

_FILE = "majority.json"


class Majority(Baseline):
    """Always the most frequent training class."""

    tasks: ClassVar[frozenset[str]] = frozenset({"text-classification"})

    def fit(self, work: Work) -> FittedMajority:
        """Count the training classes; of equally frequent ones the first is answered."""
        import numpy as np

        references = work.task.references(work.train, work.labels)
        counts = np.bincount(references, minlength=len(work.labels))
        shares = [float(share) for share in counts / counts.sum()]
        answer = work.labels[int(counts.argmax())]
        return FittedMajority(shares=shares, notes={"answer": answer, "share": max(shares)})

    @staticmethod
    def load(folder: Path, task: Task) -> FittedMajority:
        """Read back what ``save`` wrote."""
        return FittedMajority(**json.loads((folder / _FILE).read_text("utf-8")))


@dataclass
class FittedMajority:
    """The shares of the classes among the training rows, in label order."""

    shares: list[float]
    notes: Json
    trainable_parameters: int = field(init=False)
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        self.trainable_parameters = self.total_parameters = len(self.shares)

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """The same answer and probabilities for every row."""
        import numpy as np

        scores = np.tile(np.array(self.shares, dtype=np.float32), (table.num_rows, 1))
        return Predictions(answers=scores.argmax(axis=1).astype(np.int64), scores=scores)

    def save(self, folder: Path) -> None:
        """Write the shares as JSON."""
        saved = {"shares": self.shares, "notes": self.notes}
        (folder / _FILE).write_text(json.dumps(saved, ensure_ascii=False), "utf-8")
