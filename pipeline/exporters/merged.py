"""Full weights: the adapter folded into the base, or the base as it was trained."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pipeline.contracts import Export, Exporter, Family, Limits, Task
from pipeline.exporters._folded import folded, why_not_folded
from pipeline.exporters._folder import example, head, write_facts

if TYPE_CHECKING:
    import torch


class Merged(Exporter):
    """A model that transformers loads without PEFT."""

    dtype: Literal["float32", "bfloat16", "float16"] = Field(
        "float32", description="Number format of the weights; half of it is half the size."
    )

    @property
    def limits(self) -> Limits:
        """Rounded weights may change an answer here and there."""
        return Limits() if self.dtype == "float32" else Limits(metric=0.02, agreement=0.95)

    def as_exported(self, model: torch.nn.Module) -> torch.nn.Module:
        """The model with the adapter folded in and weights rounded, where either is asked for."""
        if self.dtype == "float32":
            return model
        import torch

        return folded(model).to(getattr(torch, self.dtype)).float()

    def problems(self, model: torch.nn.Module, *, family: Family, task: Task) -> list[str]:
        """Whatever hinders an adapter from being folded in."""
        del family, task
        return why_not_folded(model)

    def write(self, export: Export, folder: Path) -> None:
        """Config, safetensors, tokenizer and labels."""
        import torch

        model = folded(export.model).to(getattr(torch, self.dtype))
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
