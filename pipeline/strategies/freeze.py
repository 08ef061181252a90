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
            RecipeError: more blocks than the base has.
        """
        model.requires_grad_(True)
        blocks = [block for path in family.blocks for block in model.get_submodule(path)]
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
            within = tuple(f"{path}." for path in family.embeddings)
            for name, parameter in model.named_parameters():
                if name.startswith(within):
                    parameter.requires_grad_(not self.embeddings)
        for path in family.heads[task.name].modules:
            model.get_submodule(path).requires_grad_(True)
        for name in fresh:
            model.get_parameter(name).requires_grad_(True)
        return model
