"""A step with plain products in attention against the same step with the fused kernel."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from benchmarks.timing import Pair
from benchmarks.work import learning
from pipeline.data.batches import Cutting, micro_batches
from pipeline.data.collating import collate
from pipeline.data.sampling import Sampler
from pipeline.training.attention import for_training
from pipeline.training.contender import CPU_OVERHEAD

_STEPS = 6


def pairs() -> Iterator[Pair]:
    """A few steps of 32 rows, forward and backward, in bf16 where the processor has it."""
    recipe, ready, examples = learning()
    cutting = Cutting(max_tokens=8192, overhead=CPU_OVERHEAD)
    device = torch.device("cpu")
    sampler = Sampler(len(examples), batch_size=32, seed=0)
    steps = [
        [
            collate(examples, rows, ready.codec, device=device)
            for rows in micro_batches(step, examples.lengths, cutting)
        ]
        for step in (sampler.step(0, index) for index in range(_STEPS))
    ]

    def work() -> None:
        for batch in (batch for step in steps for batch in step):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                outputs = ready.model(**batch.inputs)
            recipe.task.loss(outputs, batch.targets).backward()
        ready.model.zero_grad()

    def plain() -> None:
        with for_training(ready.model, lengths=examples.lengths, device=device):
            work()

    mean = round(float(examples.lengths.mean()))
    yield Pair(
        f"{_STEPS} steps of 32 rows of {mean} tokens on average",
        ("plain products", plain),
        ("fused kernel", work),
    )
