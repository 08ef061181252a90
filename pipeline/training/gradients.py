"""The gradient of one step: added up over all processes, and looked at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch

from pipeline.errors import TrainingError

if TYPE_CHECKING:
    from accelerate import Accelerator

_SHOWN = 5


def sum_over_processes(
    accelerator: Accelerator, learning: Mapping[str, torch.nn.Parameter], loss: torch.Tensor
) -> None:
    """Add up gradients and loss over all processes, in one message.

    The processes may hold different numbers of forward passes, even none, which is why the
    model is not wrapped for distributed training.
    """
    if accelerator.num_processes == 1:
        return
    gradients = []
    for parameter in learning.values():
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
        gradients.append(parameter.grad)
    flat = torch.cat([gradient.reshape(-1).float() for gradient in gradients] + [loss.reshape(1)])
    flat = accelerator.reduce(flat, reduction="sum")
    start = 0
    for gradient in gradients:
        gradient.copy_(flat[start : start + gradient.numel()].view_as(gradient))
        start += gradient.numel()
    loss.copy_(flat[-1])


def check(learning: Mapping[str, torch.nn.Parameter]) -> None:
    """Every adapter and layer that was to learn must have got a gradient.

    Half of an adapter starts at zero, so that its other half gets none at first: a layer
    counts as learning when any of its parameters does.

    Raises:
        TrainingError: the layers that got none, by name.
    """
    layers: dict[str, bool] = {}
    for name, parameter in learning.items():
        layer = name.partition(".lora_")[0] if ".lora_" in name else name.rpartition(".")[0]
        moved = parameter.grad is not None and bool(parameter.grad.count_nonzero())
        layers[layer] = layers.get(layer, False) or moved
    still = [layer for layer, moved in layers.items() if not moved]
    if still:
        more = f" and {len(still) - _SHOWN} more" if len(still) > _SHOWN else ""
        raise TrainingError(
            "after the first step these were to learn but got no gradient:"
            f" {', '.join(still[:_SHOWN])}{more}",
            hint="the strategy trains something that the answer does not depend on",
        )
