"""A model without its wrapper: the adapter folded into the base, where there is one."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def folded(model: Any) -> Any:
    """A copy of the model, its adapter folded in where it has one."""
    copied = copy.deepcopy(model)
    return copied.merge_and_unload() if hasattr(model, "peft_config") else copied


def why_not_folded(model: torch.nn.Module) -> list[str]:
    """What hinders the adapter of a model that is to be exported, and what to do."""
    return [
        f"{reason}; adapt other layers, or use export: [adapter]" for reason in hindrances(model)
    ]


def hindrances(model: torch.nn.Module) -> list[str]:
    """An adapter on a shared weight cannot be folded in: the other user would change too."""
    if not hasattr(model, "peft_config"):
        return []
    if not hasattr(model, "merge_and_unload"):
        return ["this kind of adapter cannot be folded into the base"]
    return [
        f"the adapted layer {path} shares its weight with {twin}, so folding the adapter in"
        " would change both"
        for path, twin in _shared_targets(model)
    ]


def _shared_targets(model: torch.nn.Module) -> list[tuple[str, str]]:
    """Adapted layers whose frozen weight is the weight of another module as well."""
    owners: dict[int, list[str]] = {}
    for path, module in model.named_modules():
        weight = getattr(module, "weight", None)
        own = dict(module.named_parameters(recurse=False))
        if weight is not None and "weight" in own:
            owners.setdefault(weight.data_ptr(), []).append(path)
    shared = []
    for path, module in model.named_modules():
        base = getattr(module, "base_layer", None)
        if base is None or not hasattr(module, "lora_A"):
            continue
        others = [
            owner
            for owner in owners.get(base.weight.data_ptr(), [])
            if owner != f"{path}.base_layer"
        ]
        shared += [(_plain(path), _plain(other)) for other in others]
    return shared


def _plain(path: str) -> str:
    return path.removeprefix("base_model.model.").removesuffix(".base_layer")
