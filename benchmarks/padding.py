"""A step cut by length against the same step as one padded batch: the same gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch

from benchmarks.timing import Pair
from benchmarks.work import docs_topics, prepared
from pipeline.contracts import Silent
from pipeline.data.batches import Cutting, epoch_steps, micro_batches
from pipeline.data.tokens import tokenise
from pipeline.training.inference import to_model

_STEPS = 6


def pairs() -> Iterator[Pair]:
    """A few steps of 32 rows, forward and backward, in bf16 where the processor has it."""
    recipe, base, splits = docs_topics()
    labels = recipe.task.labels(splits.train)
    ready = prepared(recipe, base, splits)
    store = tokenise(
        recipe.task, splits.train, ready.codec.tokenizer, max_length=ready.codec.max_length, report=Silent()
    )
    targets = torch.from_numpy(recipe.task.references(splits.train, labels))
    steps = epoch_steps(len(store), batch_size=32, seed=0, epoch=0)[:_STEPS]
    cutting = Cutting(max_tokens=8192, overhead=48)
    device = torch.device("cpu")

    def work(cut: Callable[[np.ndarray], list[np.ndarray]]) -> None:
        for step in steps:
            for rows in cut(step):
                with torch.autocast("cpu", dtype=torch.bfloat16):
                    logits = ready.model(**to_model(store, rows, ready.codec.tokenizer, device)).logits
                recipe.task.loss(logits, targets[rows]).backward()
            ready.model.zero_grad()

    yield Pair(
        f"{_STEPS} steps of 32 rows",
        ("cut by length", lambda: work(lambda rows: micro_batches(rows, store.lengths, cutting))),
        ("one padded batch", lambda: work(lambda rows: [rows])),
    )
