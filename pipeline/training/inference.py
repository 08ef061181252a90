"""A model's answers to many rows, in order, with little padding and in little memory.

Rows are answered a chunk at a time, so that memory does not grow with their number; within
a chunk, passes are sorted by length.

Letters: N rows, E examples, B examples of a forward pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from pipeline.contracts import Predictions, Reporter, Silent, Task
from pipeline.data.batches import Cutting, micro_batches
from pipeline.data.collating import collate
from pipeline.examples import Batch, Codec, Examples
from pipeline.training.encoding import encoded

if TYPE_CHECKING:
    import pyarrow as pa
    from accelerate import Accelerator

_WINDOW = 1024
"""Examples that are sorted by length together; bounds the cost of finding the best cut."""

_CHUNK = 4096
"""Rows that are answered together."""


def passes(examples: Examples, cutting: Cutting) -> Iterator[np.ndarray]:
    """Numbers of the examples of each forward pass over all of them, sorted by length."""
    lengths = examples.lengths
    order = np.argsort(-lengths, kind="stable")
    for start in range(0, len(order), _WINDOW):
        yield from micro_batches(order[start : start + _WINDOW], lengths, cutting)


@dataclass(frozen=True)
class Measured:
    """A model on examples whose targets are known.

    Attributes:
        loss: mean over all targets.
        pieces: E of them, what the task keeps of each example; None where nobody asked.
    """

    loss: float
    pieces: list[np.ndarray] | None


@dataclass(frozen=True)
class Answering:
    """A model that answers one task, alone or as one of several processes.

    Attributes:
        model: on ``device``.
        accelerator: of the processes that share the work; None where there is one.
    """

    model: torch.nn.Module
    codec: Codec
    task: Task
    labels: Sequence[str]
    cutting: Cutting
    device: torch.device
    accelerator: Accelerator | None = None

    def predict(self, table: pa.Table, report: Reporter | None = None) -> Predictions:
        """Answer every row, in order."""
        report = report or Silent()
        found: list[Predictions] = []
        with report.progress("predicting", table.num_rows) as advance:
            # An empty table is one chunk too: its answers have the task's own shape.
            for start in range(0, max(table.num_rows, 1), _CHUNK):
                chunk = table.slice(start, _CHUNK)
                examples = self.examples(chunk)
                pieces = self.pieces(examples)
                found.append(self.task.decode(pieces, examples, chunk, self.labels, self.codec))
                advance(chunk.num_rows)
        scores = [part.scores for part in found if part.scores is not None]
        places = [part.places for part in found if part.places is not None]
        return Predictions(
            answers=np.concatenate([part.answers for part in found]),
            scores=np.concatenate(scores) if scores else None,
            places=np.concatenate(places) if places else None,
        )

    def examples(self, table: pa.Table) -> Examples:
        """The rows as the model is given them to answer."""
        return encoded(self.task, table, self.labels, self.codec, purpose="answer", report=Silent())

    @torch.inference_mode()
    def pieces(
        self, examples: Examples, advance: Callable[[int], None] = lambda done: None
    ) -> list[np.ndarray]:
        """E of them, what the task keeps of each example."""
        keep = self._write if self.task.generates else self._read
        kept: dict[int, np.ndarray] = {}
        for batch in self._batches(examples, advance):
            kept.update(zip(batch.numbers.tolist(), keep(batch), strict=True))
        return self._gathered(kept)

    @torch.inference_mode()
    def measure(self, examples: Examples, *, pieces: bool) -> Measured:
        """Mean loss over the targets and, where asked for, what ``decode`` needs."""
        loss = torch.zeros((), dtype=torch.float64)
        kept: dict[int, np.ndarray] = {}
        for batch in self._batches(examples, lambda done: None):
            outputs = self.model(**batch.inputs)
            loss += self.task.loss(outputs, batch.targets).double().cpu()
            if pieces:
                found = self.task.pieces(outputs, batch)
                kept.update(zip(batch.numbers.tolist(), found, strict=True))
        if self.accelerator is not None and self.accelerator.num_processes > 1:
            shared = loss.float().to(self.device)
            loss = self.accelerator.reduce(shared, reduction="sum").double().cpu()
        return Measured(
            loss=float(loss) / max(int(examples.items.sum()), 1),
            pieces=self._gathered(kept) if pieces else None,
        )

    def _batches(self, examples: Examples, advance: Callable[[int], None]) -> Iterator[Batch]:
        """This process's passes, with the model in eval mode while they last."""
        rank, processes = 0, 1
        if self.accelerator is not None:
            rank, processes = self.accelerator.process_index, self.accelerator.num_processes
        was_training = self.model.training
        self.model.eval()
        try:
            for number, chosen in enumerate(passes(examples, self.cutting)):
                if number % processes == rank:
                    yield collate(examples, chosen, self.codec, device=self.device)
                    advance(len(chosen))
        finally:
            self.model.train(was_training)

    def _read(self, batch: Batch) -> list[np.ndarray]:
        return self.task.pieces(self.model(**batch.inputs), batch)

    def _write(self, batch: Batch) -> list[np.ndarray]:
        """Ids that the model wrote to each example, the prompt and padding left out."""
        model: Any = self.model
        written = model.generate(
            **{name: value for name, value in batch.inputs.items() if name != "use_cache"},
            pad_token_id=self.codec.pad,
            **self.task.generation(self.codec),
        )
        start = 1 if self.codec.shape == "encoder-decoder" else batch.inputs["input_ids"].shape[1]
        return [row[row != self.codec.pad] for row in written[:, start:].cpu().numpy()]

    def _gathered(self, kept: dict[int, np.ndarray]) -> list[np.ndarray]:
        """All processes' pieces, in order."""
        if self.accelerator is not None and self.accelerator.num_processes > 1:
            from accelerate.utils import gather_object

            for part in gather_object([kept]):
                kept = kept | part
        return [kept[number] for number in range(len(kept))]
