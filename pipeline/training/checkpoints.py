"""The state of an unfinished training run: safetensors for numbers, JSON for the rest.

No pickle. A checkpoint is written aside and renamed, and replaces the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from pipeline.contracts import Json
from pipeline.errors import ModelError
from pipeline.storage import new_folder, read_json, write_json

FOLDER = "checkpoints/last"
_TENSORS = "state.safetensors"
_FACTS = "state.json"

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Checkpoint:
    """What is needed to go on as if nothing had happened.

    Attributes:
        weights: the trainable parameters, by name.
        best: the same at the best validation so far.
        facts: step, scores, learning-rate position, length of the log.
    """

    weights: Tensors
    best: Tensors
    optimiser: dict[int, Tensors]
    random: Tensors
    facts: Json


def random_state() -> Tensors:
    """Torch's generators on every device; batches have their own, fixed by seed and epoch."""
    state = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        state["cuda"] = torch.cuda.get_rng_state()
    return state


def restore_random_state(state: Tensors) -> None:
    """Undo what ``random_state`` took."""
    torch.set_rng_state(state["cpu"])
    if "cuda" in state and torch.cuda.is_available():
        torch.cuda.set_rng_state(state["cuda"])


def save(run: Path, checkpoint: Checkpoint) -> None:
    """Write the checkpoint of a run, in place of the one before."""
    tensors: Tensors = {}
    for name, value in checkpoint.weights.items():
        tensors[f"weights/{name}"] = value
    for name, value in checkpoint.best.items():
        tensors[f"best/{name}"] = value
    for name, value in checkpoint.random.items():
        tensors[f"random/{name}"] = value
    for number, state in checkpoint.optimiser.items():
        for name, value in state.items():
            tensors[f"optimiser/{number}/{name}"] = value
    with new_folder(run / FOLDER) as folder:
        save_file(
            {name: value.contiguous().clone() for name, value in tensors.items()}, folder / _TENSORS
        )
        write_json(folder / _FACTS, checkpoint.facts)


def exists(run: Path) -> bool:
    """Can this run be resumed in the middle of training?"""
    return (run / FOLDER / _FACTS).is_file()


def load(run: Path) -> Checkpoint:
    """Read the checkpoint of a run.

    Raises:
        ModelError: it is damaged.
    """
    folder = run / FOLDER
    facts = read_json(folder / _FACTS)
    try:
        tensors = load_file(folder / _TENSORS)
    except Exception as error:
        raise ModelError(
            f"the checkpoint is damaged: {error}",
            place=str(folder),
            hint="start the run anew, without --resume",
        ) from None
    groups: dict[str, Any] = {"weights": {}, "best": {}, "random": {}}
    optimiser: dict[int, Tensors] = {}
    for name, value in tensors.items():
        kind, _, rest = name.partition("/")
        if kind == "optimiser":
            number, _, key = rest.partition("/")
            optimiser.setdefault(int(number), {})[key] = value
        else:
            groups[kind][rest] = value
    return Checkpoint(
        weights=groups["weights"],
        best=groups["best"],
        optimiser=optimiser,
        random=groups["random"],
        facts=facts,
    )
