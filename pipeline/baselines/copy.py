"""The floor of rewriting: what one scores by giving the text back."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pipeline import storage
from pipeline.baselines._written import answers
from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work

if TYPE_CHECKING:
    import pyarrow as pa

_FILE = "copy.json"


class Copy(Baseline):
    """The text itself is the answer: hard to beat where little of it is to change."""

    tasks: ClassVar[frozenset[str]] = frozenset({"seq2seq"})

    def fit(self, work: Work) -> FittedCopy:
        """Learn nothing."""
        return FittedCopy(task=work.task)

    @staticmethod
    def load(folder: Path, task: Task) -> FittedCopy:
        """Read back what ``save`` wrote."""
        return FittedCopy(task=task, notes=storage.read_json(folder / _FILE)["notes"])


@dataclass
class FittedCopy:
    """Nothing but the task, which reads the texts."""

    task: Task
    notes: Json = field(default_factory=dict)
    trainable_parameters: int = 0
    total_parameters: int = 0

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """Give every text back."""
        return answers([text.strip() for text in self.task.texts(table)])

    def save(self, folder: Path) -> None:
        """Write that there is nothing to write."""
        storage.write_json(folder / _FILE, {"notes": self.notes})
