"""The state of an unfinished training run: safetensors for numbers, JSON for the rest.

No pickle. A checkpoint is written aside and renamed, and replaces the one before.
It holds no random state: whatever is drawn is fixed by seed, step and process.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from pipeline.contracts import Json
from pipeline.errors import ModelError
from pipeline.storage import new_folder, read_json, write_json

FOLDER = "checkpoints/last"
START_ANEW = "start the run anew, without --resume"
_TENSORS = "state.safetensors"
_FACTS = "state.json"

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Checkpoint:
    """What is needed to go on as if nothing had happened.

    Attributes:
        weights: the trainable parameters, by name.
        best: the same at the best validation so far.
        optimiser: its tensors, by the parameter's number.
        facts: counters, length of the log.
    """

    weights: Tensors
    best: Tensors
    optimiser: dict[int, Tensors]
    facts: Json

    @property
    def weight_sets(self) -> tuple[Tensors, Tensors]:
        """Both sets of weights: the newest and the best."""
        return self.weights, self.best


def save(run: Path, checkpoint: Checkpoint) -> None:
    """Write the checkpoint of a run, in place of the one before."""
    tensors: Tensors = {}
    for name, value in checkpoint.weights.items():
        tensors[f"weights/{name}"] = value
    for name, value in checkpoint.best.items():
        tensors[f"best/{name}"] = value
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
    try:
        facts = read_json(folder / _FACTS)
        tensors = load_file(folder / _TENSORS)
    except Exception as error:
        raise ModelError(
            f"the checkpoint is damaged: {error}", place=str(folder), hint=START_ANEW
        ) from None
    weights: Tensors = {}
    best: Tensors = {}
    optimiser: dict[int, Tensors] = {}
    for name, value in tensors.items():
        kind, _, rest = name.partition("/")
        if kind == "weights":
            weights[rest] = value
        elif kind == "best":
            best[rest] = value
        else:
            number, _, key = rest.partition("/")
            optimiser.setdefault(int(number), {})[key] = value
    return Checkpoint(weights=weights, best=best, optimiser=optimiser, facts=facts)
