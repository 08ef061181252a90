"""AdamW with decay where it belongs, and the learning rate of each step."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

_NO_DECAY_DIMENSIONS = 1
"""Biases and the scales of layer norms are vectors: they are not decayed."""


def parameter_groups(
    named: Sequence[tuple[str, torch.nn.Parameter]],
    *,
    head: Sequence[str],
    learning_rate: float,
    head_learning_rate: float,
    weight_decay: float,
) -> list[dict[str, object]]:
    """Trainable parameters by decay and learning rate, empty groups left out.

    Each group keeps its peak learning rate under ``peak``.
    """
    groups: list[dict[str, object]] = []
    for in_head in (False, True):
        for decayed in (True, False):
            chosen = [
                parameter
                for name, parameter in named
                if _in_head(name, head) == in_head
                and (parameter.dim() > _NO_DECAY_DIMENSIONS) == decayed
            ]
            if chosen:
                peak = head_learning_rate if in_head else learning_rate
                decay = weight_decay if decayed else 0.0
                groups.append({"params": chosen, "weight_decay": decay, "lr": peak, "peak": peak})
    return groups


def _in_head(name: str, head: Sequence[str]) -> bool:
    return any(f".{path}." in f".{name}" for path in head)


def adamw(groups: list[dict[str, object]], *, beta2: float = 0.999) -> torch.optim.AdamW:
    """AdamW with bias correction, in one fused kernel (Loshchilov & Hutter 2019)."""
    return torch.optim.AdamW(groups, betas=(0.9, beta2), eps=1e-8, fused=True)


def schedule(step: int, *, total: int, warmup: float, shape: str) -> float:
    """Share of the peak learning rate at a step.

    Args:
        step: from 0; the first step already learns.
        total: number of steps.
        warmup: share of the steps.
        shape: linear, cosine or constant.
    """
    warm = math.ceil(total * warmup)
    if step < warm:
        return (step + 1) / warm
    done = (step - warm) / max(total - warm, 1)
    if shape == "linear":
        return 1.0 - done
    if shape == "cosine":
        return 0.5 * (1.0 + math.cos(math.pi * done))
    return 1.0
