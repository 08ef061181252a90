"""Where training stands: weights, optimiser, counters and the best weights so far.

All of it goes into a checkpoint and comes back from it to the bit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from pipeline.contracts import Json
from pipeline.errors import ModelError
from pipeline.training import checkpoints

if TYPE_CHECKING:
    from accelerate import Accelerator


@dataclass(frozen=True)
class Validation:
    """The model on the validation rows: the run's metric where it was asked, and the mean loss."""

    score: float | None
    loss: float


@dataclass
class Progress:
    """Counters of a training run.

    Attributes:
        step: optimiser steps done.
        best_step: the step after which validation was best.
        best_rank: of that validation, larger is better; see ``loop``.
        since_best: validations since then.
        seconds: training and validating, interruptions left out.
        tokens: seen in training, padding left out.
    """

    step: int = 0
    best_step: int = 0
    best_rank: tuple[float, float] = (-math.inf, -math.inf)
    since_best: int = 0
    seconds: float = 0.0
    tokens: int = 0


@dataclass
class State:
    """What changes while training.

    Attributes:
        learning: the parameters that learn, by name.
        optimiser: as accelerate prepared it.
        best: the values of ``learning`` at the best validation.
    """

    learning: Mapping[str, torch.nn.Parameter]
    optimiser: Any
    progress: Progress = field(default_factory=Progress)
    best: checkpoints.Tensors = field(default_factory=dict)

    def consider(self, rank: tuple[float, float]) -> bool:
        """Keep a copy of the weights where they are the best so far; were they?

        Args:
            rank: of a validation, larger is better.
        """
        progress = self.progress
        ahead = rank > progress.best_rank
        if ahead:
            progress.best_step, progress.since_best = progress.step, 0
            progress.best_rank = rank
            self.best = {name: value.detach().clone() for name, value in self.learning.items()}
        else:
            progress.since_best += 1
        return ahead

    def put_back_best(self) -> None:
        """Give the model the weights of the best validation."""
        _copy(self.best, self.learning)

    def save(self, run: Path, accelerator: Accelerator, *, journal: int) -> None:
        """Write a checkpoint; only the main process does.

        Args:
            run: the run's folder.
            journal: bytes of the log that belong to it.
        """
        if not accelerator.is_main_process:
            return
        facts: Json = {"progress": asdict(self.progress), "journal": journal}
        if accelerator.scaler is not None:
            facts["scaler"] = accelerator.scaler.state_dict()
        checkpoints.save(
            run,
            checkpoints.Checkpoint(
                weights={name: value.detach() for name, value in self.learning.items()},
                best=self.best,
                optimiser=self.optimiser.state_dict()["state"],
                facts=facts,
            ),
        )

    def restore(self, run: Path, accelerator: Accelerator) -> int:
        """Go back to the checkpoint of a run.

        Returns:
            Bytes of the log that belong to it.

        Raises:
            ModelError: it is damaged, or belongs to another model.
        """
        saved = checkpoints.load(run)
        shapes = {name: value.shape for name, value in self.learning.items()}
        if any({n: v.shape for n, v in kept.items()} != shapes for kept in saved.weight_sets):
            raise ModelError(
                "the checkpoint belongs to another model: other weights were learning",
                place=str(run / checkpoints.FOLDER),
                hint=checkpoints.START_ANEW,
            )
        _copy(saved.weights, self.learning)
        state = self.optimiser.state_dict()
        state["state"] = saved.optimiser
        self.optimiser.load_state_dict(state)
        if accelerator.scaler is not None and "scaler" in saved.facts:
            accelerator.scaler.load_state_dict(saved.facts["scaler"])
        self.progress = Progress(**saved.facts["progress"])
        self.progress.best_rank = tuple(saved.facts["progress"]["best_rank"])
        self.best = {name: value.to(accelerator.device) for name, value in saved.best.items()}
        return int(saved.facts["journal"])


@torch.no_grad()
def _copy(values: checkpoints.Tensors, learning: Mapping[str, torch.nn.Parameter]) -> None:
    for name, parameter in learning.items():
        parameter.copy_(values[name])
