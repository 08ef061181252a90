"""Short rows on a processor are trained with plain products, and only there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from pipeline.data.collating import collate
from pipeline.strategies.full import Full
from pipeline.training.attention import for_training
from pipeline.training.model import Prepared, unwrapped
from tests.training import tiny

CPU = torch.device("cpu")
SHORT, LONG = np.array([16, 32]), np.array([512, 512])


def kernel(prepared: Prepared) -> str:
    return str(unwrapped(prepared.model).config._attn_implementation)


@pytest.mark.parametrize(
    ("lengths", "device", "expected"),
    [(SHORT, "cpu", "eager"), (LONG, "cpu", "sdpa"), (SHORT, "cuda", "sdpa")],
)
def test_only_short_rows_on_a_processor(
    tiny_base: Path, lengths: np.ndarray, device: str, expected: str
) -> None:
    prepared = tiny.ready(tiny_base)
    assert kernel(prepared) == "sdpa"
    with for_training(prepared.model, lengths=lengths, device=torch.device(device)):
        assert kernel(prepared) == expected
    assert kernel(prepared) == "sdpa"


def test_another_kernel_that_was_chosen_is_left(tiny_base: Path) -> None:
    prepared = tiny.ready(tiny_base, Full())
    unwrapped(prepared.model).set_attn_implementation("eager")
    with for_training(prepared.model, lengths=SHORT, device=CPU):
        assert kernel(prepared) == "eager"
    assert kernel(prepared) == "eager"


def test_both_kernels_give_the_same_gradient(tiny_base: Path) -> None:
    prepared = tiny.ready(tiny_base, Full())
    rows = tiny.table(6)
    task = tiny.work().task
    examples = task.encode(rows, tiny.LABELS, prepared.codec, purpose="learn")
    batch = collate(examples, np.arange(6), prepared.codec, device=CPU)
    found = []
    for lengths in (SHORT, LONG):
        with for_training(prepared.model, lengths=lengths, device=CPU):
            task.loss(prepared.model(**batch.inputs), batch.targets).backward()
        found.append(
            {n: p.grad.clone() for n, p in prepared.model.named_parameters() if p.grad is not None}
        )
        prepared.model.zero_grad()
    assert len(found[0]) > 10
    for name, gradient in found[0].items():
        torch.testing.assert_close(gradient, found[1][name], rtol=1e-4, atol=1e-6)
