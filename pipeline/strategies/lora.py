"""Low-rank adapters beside frozen weights (Hu et al. 2021, arXiv:2106.09685)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from pipeline.contracts import Family, Strategy, Task
from pipeline.errors import Problem, RecipeError, suggestion

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel


class Lora(Strategy):
    """Train two thin matrices beside chosen linear layers, and the head."""

    learning_rate: ClassVar[float] = 5e-4
    adds_adapter: ClassVar[bool] = True

    r: int = Field(8, ge=1, le=1024, description="Rank of the update.")
    alpha: float = Field(16, gt=0, description="The update is scaled by alpha / r.")
    dropout: float = Field(0.0, ge=0, lt=1, description="Dropout before the adapter.")
    targets: Literal["attention", "all-linear"] | Annotated[list[str], Field(min_length=1)] = Field(
        "all-linear",
        description="Which layers: attention (the family's usual ones), all-linear, or a list of"
        " names, each of which must match.",
    )
    rslora: bool = Field(False, description="Scale by alpha / sqrt(r) (Kalajdzievski 2023).")
    dora: bool = Field(False, description="Learn magnitude and direction apart (Liu et al. 2024).")

    def apply(
        self, model: PreTrainedModel, *, family: Family, task: Task, fresh: Sequence[str]
    ) -> torch.nn.Module:
        """Wrap the model by PEFT; the head and fresh parameters train and are saved whole.

        Raises:
            RecipeError: a target matches no layer.
        """
        from peft import LoraConfig, get_peft_model
        from transformers.pytorch_utils import Conv1D

        head = family.heads[task.name].modules
        owners = {name.rpartition(".")[0] for name in fresh}
        # A fresh pooler that PEFT does not save would come back with other random values.
        # Saved whole, a module that shares its weights would part from its twin: only leaves are
        # that share none, and a fresh bias of anything else starts at zero every time.
        leaves = {path for path in owners if _stands_alone(model, path)}
        saved = {*head, *(path for path in leaves if not _inside(path, head))}
        within = family.within(task.name, family.blocks)
        targets = self._targets(model, family, saved, within)
        transposed = {isinstance(model.get_submodule(path), Conv1D) for path in targets}
        config = LoraConfig(
            task_type=task.peft_type(family.shape),
            r=self.r,
            lora_alpha=self.alpha,
            lora_dropout=self.dropout,
            target_modules=targets,
            fan_in_fan_out=transposed == {True},
            modules_to_save=sorted(saved) or None,
            use_rslora=self.rslora,
            use_dora=self.dora,
        )
        return get_peft_model(model, config)

    def _targets(
        self, model: PreTrainedModel, family: Family, saved: set[str], blocks: Sequence[str]
    ) -> list[str]:
        """Full paths of the layers to adapt; every name that was asked for must match."""
        import torch
        from transformers.pytorch_utils import Conv1D

        linear = [
            path
            for path, module in model.named_modules()
            if isinstance(module, torch.nn.Linear | Conv1D) and not _inside(path, saved)
        ]
        if self.targets == "all-linear":
            within = tuple(f"{path}." for path in blocks)
            return [path for path in linear if path.startswith(within)]
        names = list(family.attention) if self.targets == "attention" else list(self.targets)
        embedding = [
            path for path, module in model.named_modules() if isinstance(module, torch.nn.Embedding)
        ]
        found = {name: _matches(name, [*linear, *embedding]) for name in names}
        problems = [
            Problem(
                f"strategy.targets: '{name}' matches no linear layer or embedding of the base",
                hint=suggestion(name, {path.rpartition(".")[2] for path in linear}),
            )
            for name, paths in found.items()
            if not paths
        ]
        if problems:
            raise RecipeError(problems)
        return sorted({path for paths in found.values() for path in paths})


def _stands_alone(model: PreTrainedModel, path: str) -> bool:
    """A leaf whose parameters belong to no other module, as those of a tied head do."""
    module = model.get_submodule(path)
    own = {id(parameter) for parameter in module.parameters()}
    holders = [id(parameter) for _, parameter in model.named_parameters(remove_duplicate=False)]
    return not list(module.children()) and sum(held in own for held in holders) == len(own)


def _matches(name: str, paths: Sequence[str]) -> list[str]:
    return [path for path in paths if path == name or path.endswith(f".{name}")]


def _inside(path: str, owners: Sequence[str] | set[str]) -> bool:
    return any(path == owner or path.startswith(f"{owner}.") for owner in owners)
