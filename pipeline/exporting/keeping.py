"""What a run learnt, kept in its folder so that the run can be exported later.

Only what trained is kept: the base is found again by its name, and everything that is drawn
while it is made ready is fixed by the seed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import components, storage
from pipeline.contracts import Task
from pipeline.errors import ModelError

if TYPE_CHECKING:
    from pipeline.bases import Base
    from pipeline.recipe import Recipe
    from pipeline.training.contender import FittedModel

FOLDER = "learnt"
"""Of a run."""

_WEIGHTS = "learnt.safetensors"
_TASK = "task.json"
_AGAIN = "run its recipe again"


def keep(model: FittedModel, run: Path) -> None:
    """Write the parameters that trained, and the task with what was chosen on validation."""
    from safetensors.torch import save_file

    learnt = {
        name: value.detach().cpu().contiguous().clone()
        for name, value in model.model.named_parameters()
        if value.requires_grad
    }
    with storage.new_folder(run / FOLDER) as folder:
        save_file(learnt, folder / _WEIGHTS)
        task = {"name": model.task.name, **model.task.options()}
        storage.write_json(folder / _TASK, {"task": task, "labels": list(model.labels)})


def recall(run: Path, recipe: Recipe, base: Base) -> FittedModel:
    """The model as it was when its run ended, on the CPU.

    Raises:
        ModelError: nothing was kept, or it is damaged or does not fit the base.
    """
    folder = run / FOLDER
    if not (folder / _WEIGHTS).is_file():
        raise ModelError("this run kept no weights", place=str(run), hint=_AGAIN)
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from pipeline.data.batches import Cutting
    from pipeline.training.contender import FittedModel
    from pipeline.training.inference import Answering
    from pipeline.training.model import prepare

    facts = storage.read_json(folder / _TASK)
    try:
        options = dict(facts["task"])
        task: Task = components.load("tasks", options.pop("name"))(**options)
        labels = tuple(facts["labels"])
        learnt = load_file(folder / _WEIGHTS)
    except (KeyError, TypeError, ValueError, OSError, SafetensorError) as error:
        raise ModelError(
            f"what was learnt is damaged: {error}", place=str(folder), hint=_AGAIN
        ) from error
    ready = prepare(
        base,
        task=task,
        labels=labels,
        strategy=recipe.strategy,
        dropout=recipe.train.dropout,
        max_length=recipe.train.max_length,
        seed=recipe.seed,
    )
    learning = {n: p for n, p in ready.model.named_parameters() if p.requires_grad}
    if {n: p.shape for n, p in learning.items()} != {n: p.shape for n, p in learnt.items()}:
        raise ModelError(
            "what was learnt does not fit this base and strategy", place=str(folder), hint=_AGAIN
        )
    with torch.no_grad():
        for name, parameter in learning.items():
            parameter.copy_(learnt[name])
    answering = Answering(
        model=ready.model.eval(),
        codec=ready.codec,
        task=task,
        labels=labels,
        cutting=Cutting(max_tokens=recipe.train.micro_batch_tokens),
        device=torch.device("cpu"),
    )
    return FittedModel(
        answering=answering,
        trainable_parameters=sum(p.numel() for p in learning.values()),
        total_parameters=sum(p.numel() for p in ready.model.parameters()),
    )
