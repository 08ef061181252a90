"""Frozen weights in the number format that the forward pass computes in.

Under autocast a frozen fp32 weight is rounded to bf16 anew in every forward pass.
Rounded once, the results are the same to the bit and the time is saved. The fp32
weights come back afterwards: what is exported was never rounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

_DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}


@contextmanager
def frozen_weights_rounded(model: torch.nn.Module, precision: str) -> Iterator[None]:
    """Hold the frozen weights of linear layers in the training precision inside the block."""
    dtype = _DTYPES.get(precision)
    kept: list[tuple[torch.nn.Parameter, torch.Tensor]] = []
    if dtype is not None:
        for module in model.modules():
            if isinstance(module, torch.nn.Linear):
                kept += [
                    (parameter, parameter.data)
                    for parameter in module.parameters(recurse=False)
                    if not parameter.requires_grad
                ]
        for parameter, full in kept:
            parameter.data = full.to(dtype)
    try:
        yield
    finally:
        for parameter, full in kept:
            parameter.data = full
