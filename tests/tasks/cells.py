"""One cell of the matrix: a task on a tiny base of a family, as a strategy lets it learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import torch

from pipeline import components
from pipeline.bases import Base, resolve
from pipeline.contracts import Export, Json, Strategy, Task
from pipeline.data.batches import Cutting
from pipeline.data.collating import collate
from pipeline.examples import Batch, Examples
from pipeline.training import gradients, optimiser
from pipeline.training.contender import FittedModel
from pipeline.training.inference import Answering
from pipeline.training.model import Prepared
from tests.tasks import rows
from tests.training import tiny

CPU = torch.device("cpu")
LEARNT = 8
"""Rows that a cell learns from."""


@dataclass(frozen=True)
class Cell:
    """A base with its head and some rows, without any dropout."""

    task: Task
    base: Base
    prepared: Prepared
    labels: tuple[str, ...]
    table: pa.Table

    @property
    def model(self) -> torch.nn.Module:
        return self.prepared.model

    @property
    def learning(self) -> dict[str, torch.nn.Parameter]:
        """The parameters that learn, by name."""
        return {n: p for n, p in self.model.named_parameters() if p.requires_grad}

    @property
    def examples(self) -> Examples:
        """The first rows to learn from; what a task draws is drawn once."""
        codec, few = self.prepared.codec, self.table.slice(0, LEARNT)
        found = self.task.encode(few, self.labels, codec, purpose="learn")
        return self.task.draw(found, codec, seed=(0,))

    def batch(self, examples: Examples, numbers: np.ndarray) -> Batch:
        return collate(examples, numbers, self.prepared.codec, device=CPU)

    def fitted(self) -> FittedModel:
        """As a contender hands it on."""
        answering = Answering(
            model=self.model,
            codec=self.prepared.codec,
            task=self.task,
            labels=self.labels,
            cutting=Cutting(max_tokens=2048),
            device=CPU,
        )
        counts = [p.numel() for p in self.learning.values()]
        return FittedModel(answering, trainable_parameters=sum(counts), total_parameters=0)

    def export(self) -> Export:
        return Export(
            model=self.model.eval(),
            codec=self.prepared.codec,
            task=self.task,
            labels=self.labels,
            base=self.base.facts(),
            base_folder=self.base.folder,
        )


def cell(folder: Path, task: str, strategy: Strategy, *, options: Mapping[str, Any] = {}) -> Cell:
    """Load a base for a task."""
    table = rows.of(task)
    asked: Task = components.load("tasks", task)(**options).settled(table)
    labels, base = asked.labels(table), resolve(str(folder))
    prepared = tiny.ready(base, strategy, task=asked, labels=labels)
    for module in prepared.model.modules():
        if isinstance(module, torch.nn.Dropout):  # a head's own, which `dropout` leaves alone
            module.p = 0.0
    return Cell(asked, base, prepared, labels, table)


def one_by_one(examples: Examples) -> list[np.ndarray]:
    """A forward pass for each."""
    return [np.asarray([number]) for number in range(len(examples))]


def together(examples: Examples) -> list[np.ndarray]:
    """All of them in one padded pass."""
    return [np.arange(len(examples))]


def backward(on: Cell, examples: Examples, passes: Iterable[np.ndarray]) -> float:
    """Add up gradients over passes, as the loop does; gives the mean loss."""
    on.model.train()
    on.model.zero_grad()
    items = int(examples.items.sum())
    assert items > 0
    total = 0.0
    for numbers in passes:
        batch = on.batch(examples, numbers)
        assert batch.targets is not None
        loss = on.task.loss(on.model(**batch.inputs), batch.targets) / items
        loss.backward()
        total += loss.item()
    return total


def gradient(on: Cell, examples: Examples, passes: Iterable[np.ndarray]) -> torch.Tensor:
    """The gradient of all that learns, end to end."""
    backward(on, examples, passes)
    found = [
        torch.zeros(p.numel()) if p.grad is None else p.grad.reshape(-1).clone()
        for p in on.learning.values()
    ]
    return torch.cat(found)


def train(on: Cell, steps: int, *, learning_rate: float) -> list[float]:
    """Steps on all the rows at once, nothing decayed; the loss before each."""
    examples, losses = on.examples, []
    optimise = optimiser.create(
        optimiser.parameter_groups(
            list(on.learning.items()),
            head=on.prepared.family.heads[on.task.name].modules,
            learning_rate=learning_rate,
            head_learning_rate=learning_rate,
            weight_decay=0.0,
        )
    )
    for step in range(steps):
        losses.append(backward(on, examples, together(examples)))
        if step == 0:
            gradients.check(on.learning)
        torch.nn.utils.clip_grad_norm_(on.learning.values(), 1.0)
        optimise.step()
    return losses


@dataclass(frozen=True)
class Trained:
    """A cell after two steps, and what it was before."""

    cell: Cell
    family: str
    strategy: str
    before: Mapping[str, torch.Tensor]
    parts: list[Json]
