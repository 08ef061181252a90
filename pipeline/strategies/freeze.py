"""The lower part stays as it was; the upper part and the head learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from pipeline.contracts import Family, Strategy, Task
from pipeline.errors import RecipeError

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel


class Freeze(Strategy):
    """Keep the embeddings and the first blocks, or everything but the head."""

    learning_rate: ClassVar[float] = 1e-4

    embeddings: bool = Field(True, description="Freeze the embeddings.")
    blocks: int | Literal["all"] = Field(
        "all", description="Freeze this many blocks from below; all: everything but the head."
    )

    def apply(
        self, model: PreTrainedModel, *, family: Family, task: Task, fresh: Sequence[str]
    ) -> torch.nn.Module:
        """Freeze what the options name; the head and fresh parameters always learn.

        Raises:
            RecipeError: more blocks than the base has, or nothing that would learn.
        """
        model.requires_grad_(True)
        there = dict(model.named_modules())
        paths = [path for path in family.within(task.name, family.blocks) if path in there]
        blocks = [block for path in paths for block in model.get_submodule(path)]
        if self.blocks == "all":
            model.requires_grad_(False)
        elif not 0 <= self.blocks <= len(blocks):
            raise RecipeError(
                f"strategy.blocks: cannot freeze {self.blocks} blocks of {len(blocks)}",
                hint=f"choose 0 to {len(blocks)}, or all",
            )
        else:
            for block in blocks[: self.blocks]:
                block.requires_grad_(False)
            embeddings = family.within(task.name, family.embeddings)
            within = tuple(f"{path}." for path in embeddings)
            for name, parameter in model.named_parameters():
                if name.startswith(within):
                    parameter.requires_grad_(not self.embeddings)
        for path in family.heads[task.name].modules:
            model.get_submodule(path).requires_grad_(True)
        for name in fresh:
            model.get_parameter(name).requires_grad_(True)
        if not any(parameter.requires_grad for parameter in model.parameters()):
            raise RecipeError(
                f"strategy.blocks: with all {len(blocks)} blocks frozen nothing would learn:"
                f" {task.name} adds no head to {family.name}",
                hint=f"choose 0 to {len(blocks) - 1}",
            )
        return model
