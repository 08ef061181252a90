"""Logits row for row, whatever the order and the cut of the passes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from pipeline.contracts import Silent
from pipeline.data.batches import Cutting
from pipeline.data.tokens import tokenise
from pipeline.training.inference import logits
from tests.training import tiny

CUTS = [
    Cutting(max_tokens=8192, overhead=10**6),
    Cutting(max_tokens=8192, max_rows=1),
    Cutting(max_tokens=100, overhead=0),
]


@pytest.mark.parametrize("pairs", [False, True])
def test_logits_are_those_of_each_row_alone(pairs: bool, tiny_base: Path) -> None:
    prepared, on = tiny.ready(tiny_base), tiny.work(17, pairs=pairs)
    store = tokenise(on.task, on.train, prepared.codec.tokenizer, max_length=64, report=Silent())
    expected = []
    prepared.model.eval()
    for row in on.task.inputs(on.train):
        inputs = prepared.codec.tokenizer(*row, truncation=True, max_length=64, return_tensors="pt")
        with torch.no_grad():
            expected.append(prepared.model(**inputs).logits.numpy()[0])
    prepared.model.train()
    device = torch.device("cpu")
    for cutting in CUTS:
        done: list[int] = []
        found = logits(
            prepared.model,
            store,
            prepared.codec.tokenizer,
            cutting=cutting,
            device=device,
            advance=done.append,
        )
        assert found.dtype == np.float32
        assert abs(found - np.asarray(expected)).max() <= 1e-5
        assert sum(done) == 17
        shares = [
            logits(
                prepared.model,
                store,
                prepared.codec.tokenizer,
                cutting=cutting,
                device=device,
                share=(rank, 3),
            )
            for rank in range(3)
        ]
        assert abs(sum(shares) - found).max() <= 1e-5
    assert prepared.model.training
