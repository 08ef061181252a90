"""What of a model trains, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.training.model import unwrapped

if TYPE_CHECKING:
    import torch

    from pipeline.contracts import Family, Json, Task


def parts(model: torch.nn.Module, family: Family, task: Task) -> list[Json]:
    """What trains and what is frozen, part by part, from below; adapters come last.

    PEFT keeps an unused copy of the head as it was loaded: it is left out.

    Returns:
        ``{part, trainable, total}`` each, in parameters.
    """
    counted: dict[str, list[int]] = {}
    names = _Names(family, task)
    named = list(unwrapped(model).named_parameters())
    for name, parameter in sorted(named, key=lambda item: ".lora_" in item[0]):
        if "original_module" in name:
            continue
        trainable = parameter.numel() if parameter.requires_grad else 0
        row = counted.setdefault(names.part(name), [0, 0])
        row[0] += trainable
        row[1] += parameter.numel()
    return [{"part": part, "trainable": t, "total": n} for part, (t, n) in counted.items()]


class _Names:
    """From a parameter's name to the part of the model that it belongs to."""

    def __init__(self, family: Family, task: Task) -> None:
        self._embeddings = family.within(task.name, family.embeddings)
        self._blocks = family.within(task.name, family.blocks)
        head = family.heads[task.name]
        self._head = {*head.modules, head.output.partition(".")[0]}

    def part(self, name: str) -> str:
        if ".lora_" in name:
            return "adapters"
        if name.startswith(tuple(f"{path}." for path in self._embeddings)):
            return "embeddings"
        for path in self._blocks:
            if name.startswith(f"{path}."):
                side = f"{path.split('.')[-2]} " if len(self._blocks) > 1 else ""
                return f"{side}block {name.removeprefix(path).split('.')[1]}"
        if any(name.startswith(f"{path}.") for path in self._head):
            return "head"
        # What is left of a base, such as a pooler: bert.pooler.dense.weight
        rest = name.replace(".modules_to_save.default", "").split(".")[:-1]
        return ".".join(rest[1:] or rest).removesuffix(".dense")
