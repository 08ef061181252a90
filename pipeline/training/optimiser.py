"""What learns with which optimiser, decay and rate; and the rate of each step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import torch

_NO_DECAY_DIMENSIONS = 1
"""Biases and the scales of layer norms are vectors: they are not decayed."""

_MATRIX_DIMENSIONS = 2


def parameter_groups(
    named: Sequence[tuple[str, torch.nn.Parameter]],
    *,
    head: Sequence[str],
    embeddings: Sequence[str] = (),
    learning_rate: float,
    head_learning_rate: float,
    embedding_learning_rate: float | None = None,
    weight_decay: float,
    optimizer: Literal["adamw", "muon"] = "adamw",
) -> list[dict[str, Any]]:
    """Trainable parameters by optimiser, decay and learning rate, empty groups left out.

    Each group keeps its peak learning rate under ``peak``, and under ``muon`` whether Muon
    moves it: the matrices between the embeddings and the head.

    Args:
        named: parameters that learn, by name.
        head: paths of the modules of the task's head.
        embeddings: paths of the embeddings.
        embedding_learning_rate: their peak rate; None: the same as ``learning_rate``.
    """
    found: dict[tuple[bool, float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in named:
        in_head, embeds = _within(name, head), _within(name, embeddings)
        muon = (
            optimizer == "muon"
            and parameter.dim() == _MATRIX_DIMENSIONS
            and not (in_head or embeds or "bias" in name)
        )
        peak = head_learning_rate if in_head else learning_rate
        if embeds and embedding_learning_rate is not None:
            peak = embedding_learning_rate
        decay = weight_decay if parameter.dim() > _NO_DECAY_DIMENSIONS else 0.0
        found.setdefault((muon, peak, decay), []).append(parameter)
    # The groups at the rate of most come first: that rate is the one that is logged.
    ordered = sorted(found.items(), key=lambda item: item[0][1] != learning_rate)
    return [
        {"params": chosen, "weight_decay": decay, "lr": peak, "peak": peak, "muon": muon}
        for (muon, peak, decay), chosen in ordered
    ]


def _within(name: str, paths: Sequence[str]) -> bool:
    return any(f".{path}." in f".{name}" for path in paths)


def create(groups: Sequence[dict[str, Any]], *, beta2: float = 0.999) -> torch.optim.Optimizer:
    """AdamW with bias correction, in one fused kernel, and Muon for the groups that name it.

    Sources: Loshchilov & Hutter 2019; Jordan et al. 2024, "Muon"; Liu et al. 2025
    (arXiv:2502.16982), whose scale lets both share one learning rate.
    """
    others = [group for group in groups if not group["muon"]]
    matrices = [group for group in groups if group["muon"]]
    adamw = torch.optim.AdamW(others, betas=(0.9, beta2), eps=1e-8, fused=True) if others else None
    if not matrices:
        assert adamw is not None  # noqa: S101
        return adamw
    muon = torch.optim.Muon(matrices, adjust_lr_fn="match_rms_adamw")
    return _Both([muon] if adamw is None else [muon, adamw])


class _Both(torch.optim.Optimizer):
    """Optimisers of different parameters as one: their groups and their states side by side."""

    def __init__(self, parts: Sequence[torch.optim.Optimizer]) -> None:
        self._parts = parts
        super().__init__([group for part in parts for group in part.param_groups], {})
        self._share()

    def _share(self) -> None:
        groups = iter(self.param_groups)
        for part in self._parts:
            part.param_groups = [next(groups) for _ in part.param_groups]
            part.state = self.state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict)
        self._share()

    def step(self, closure: Any = None) -> None:
        del closure
        for part in self._parts:
            part.step()


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
