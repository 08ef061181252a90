"""Which attention kernel trains fastest where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

from pipeline.training.model import unwrapped

_SHORT = 256
"""Rows of this many tokens or fewer, on average."""


@contextmanager
def for_training(
    model: torch.nn.Module, *, lengths: np.ndarray, device: torch.device
) -> Iterator[None]:
    """Plain matrix products in place of the fused kernel, on a processor and for short rows.

    On a processor the backward pass of the fused kernel costs more than it saves where rows are
    short: training with plain products is 1.3 to 1.5 times as fast at 16 to 128 tokens
    (``make bench``). Their memory grows with the square of the length, so that longer rows
    keep the fused kernel. Both compute the same, up to rounding.

    Args:
        model: as it learns, wrapped by PEFT or not.
        lengths: (N,) tokens of the training examples.
        device: where the model lies.
    """
    inner = unwrapped(model)
    fused = inner.config._attn_implementation
    if device.type != "cpu" or fused != "sdpa" or lengths.mean() > _SHORT:
        yield
        return
    inner.set_attn_implementation("eager")
    try:
        yield
    finally:
        inner.set_attn_implementation(fused)
