"""The floor of numbers: what one scores without reading the text."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work

if TYPE_CHECKING:
    import pyarrow as pa

_FILE = "mean.json"


class Mean(Baseline):
    """Always the mean of the training rows; their median where the metric is ``mae``.

    Each is the constant that has the least error on the training rows. A constant correlates
    with nothing: its correlation is 0.
    """

    tasks: ClassVar[frozenset[str]] = frozenset({"text-regression"})

    def fit(self, work: Work) -> FittedMean:
        """Take the mean, or the median."""
        import numpy as np

        numbers = work.task.references(work.train, work.labels)
        return FittedMean(float(np.median(numbers) if work.metric == "mae" else numbers.mean()))

    @staticmethod
    def load(folder: Path, task: Task) -> FittedMean:
        """Read back what ``save`` wrote."""
        return FittedMean(**json.loads((folder / _FILE).read_text("utf-8")))


@dataclass
class FittedMean:
    """The number that is always answered."""

    answer: float
    notes: Json = field(init=False)
    trainable_parameters: int = 1
    total_parameters: int = 1

    def __post_init__(self) -> None:
        self.notes = {"answer": self.answer}

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """The same number for every row."""
        import numpy as np

        return Predictions(answers=np.full(table.num_rows, self.answer))

    def save(self, folder: Path) -> None:
        """Write the number as JSON."""
        (folder / _FILE).write_text(json.dumps({"answer": self.answer}), "utf-8")
