"""A step cut by length against the same step as one padded batch: the same gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch

from benchmarks.timing import Pair
from benchmarks.work import learning
from pipeline.data.batches import Cutting, micro_batches
from pipeline.data.collating import collate
from pipeline.data.sampling import Sampler
from pipeline.training.contender import CPU_OVERHEAD

_STEPS = 6


def pairs() -> Iterator[Pair]:
    """A few steps of 32 rows, forward and backward, in bf16 where the processor has it."""
    recipe, ready, examples = learning()
    sampler = Sampler(len(examples), batch_size=32, seed=0)
    steps = [sampler.step(0, index) for index in range(_STEPS)]
    cutting = Cutting(max_tokens=8192, overhead=CPU_OVERHEAD)
    device = torch.device("cpu")

    def work(cut: Callable[[np.ndarray], list[np.ndarray]]) -> None:
        for step in steps:
            for rows in cut(step):
                batch = collate(examples, rows, ready.codec, device=device)
                with torch.autocast("cpu", dtype=torch.bfloat16):
                    outputs = ready.model(**batch.inputs)
                recipe.task.loss(outputs, batch.targets).backward()
            ready.model.zero_grad()

    yield Pair(
        f"{_STEPS} steps of 32 rows",
        (
            "cut by length",
            lambda: work(lambda rows: micro_batches(rows, examples.lengths, cutting)),
        ),
        ("one padded batch", lambda: work(lambda rows: [rows])),
    )
