"""Full weights: the adapter folded into the base, or the base as it was trained."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from pipeline.contracts import Export, Exporter, Family
from pipeline.exporters._folder import example, head, write_facts

if TYPE_CHECKING:
    import torch


class Merged(Exporter):
    """A model that transformers loads without PEFT."""

    dtype: Literal["float32", "bfloat16", "float16"] = Field(
        "float32", description="Number format of the weights; half of it is half the size."
    )

    def as_exported(self, model: torch.nn.Module) -> torch.nn.Module:
        """The model with the adapter folded in and weights rounded, where either is asked for."""
        if self.dtype == "float32":
            return model
        import torch

        return _whole(model).to(getattr(torch, self.dtype)).float()

    def problems(self, model: torch.nn.Module, *, family: Family) -> list[str]:
        """An adapter on a shared weight cannot be folded in: the other user would change too."""
        del family
        if not hasattr(model, "peft_config"):
            return []
        if not hasattr(model, "merge_and_unload"):
            return ["this kind of adapter cannot be folded into the base; use export: [adapter]"]
        return [
            f"the adapted layer {path} shares its weight with {twin}, so folding the adapter in"
            " would change both; adapt other layers, or use export: [adapter]"
            for path, twin in _shared_targets(model)
        ]

    def write(self, export: Export, folder: Path) -> None:
        """Config, safetensors, tokenizer and labels."""
        import torch

        model = _whole(export.model).to(getattr(torch, self.dtype))
        model.config._name_or_path = ""  # a path of this machine
        model.save_pretrained(folder)
        export.codec.tokenizer.save_pretrained(folder)
        write_facts(export, folder, exporter=self.name)

    def snippet(self, export: Export) -> str:
        """Load the folder with transformers alone."""
        auto = export.task.auto_class(export.codec.shape)
        libraries = f"from transformers import {auto}, AutoTokenizer"
        return f"""\
{head(export, libraries=libraries, kind="model")}\
model = {auto}.from_pretrained(folder, dtype=torch.float32).eval()
tokenizer = AutoTokenizer.from_pretrained(folder)

{example(export)}"""


def _whole(model: Any) -> Any:
    """A copy of the model, its adapter folded in where it has one."""
    copied = copy.deepcopy(model)
    return copied.merge_and_unload() if hasattr(model, "peft_config") else copied


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
