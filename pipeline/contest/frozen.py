"""What the run's base sees of each row before anything is trained, for the baseline probe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from pipeline.contracts import Reporter, Task
    from pipeline.training.contender import FineTuned


@dataclass(frozen=True)
class FrozenBase:
    """The features that the run's own head would start from; see ``contracts.Features``.

    Attributes:
        fine_tuned: what the run trains; it has not begun.
    """

    fine_tuned: FineTuned
    task: Task
    labels: Sequence[str]

    @property
    def size(self) -> int:
        """Weights of the base, the task's own head included."""
        return sum(weight.numel() for weight in self.fine_tuned.ready.model.parameters())

    def of(self, table: pa.Table, report: Reporter) -> np.ndarray:
        """(N, H) float32, in full precision and without dropout."""
        from pipeline.training import probe
        from pipeline.training.inference import Answering
        from pipeline.training.model import head_output

        tuned, ready = self.fine_tuned, self.fine_tuned.ready
        device = tuned.accelerator.device
        answering = Answering(
            model=ready.model.to(device),
            codec=ready.codec,
            task=self.task,
            labels=self.labels,
            cutting=tuned.cutting(),
            device=device,
        )
        head = head_output(ready.model, ready.family.heads[self.task.name].output)
        examples = answering.examples(table)
        with report.progress("features of the frozen base", len(examples)) as advance:
            return probe.features(answering, head, examples, advance=advance)
