"""The training loop: random steps, exact gradients, the best weights kept.

One optimiser step is one batch of rows, whatever the number of forward passes or
processes it is spread over: each pass adds its summed loss divided by the number
of labelled items of the whole step, so the gradient is that of one padded batch.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from pipeline.contracts import Reporter, Task
from pipeline.data.batches import Cutting, epoch_steps, micro_batches
from pipeline.data.tokens import TokenStore
from pipeline.errors import Interrupted, TrainingError
from pipeline.training import checkpoints, optimiser
from pipeline.training.inference import to_model
from pipeline.training.journal import Journal
from pipeline.training.spec import TrainSpec
from pipeline.training.stopping import StopSignal

if TYPE_CHECKING:
    from accelerate import Accelerator
    from transformers import PreTrainedTokenizerBase

_LOGGED_STEPS = 200
"""About this many training losses are logged over a run."""


@dataclass(frozen=True)
class Validation:
    """The model on the validation rows: the run's metric, and the mean loss."""

    score: float
    loss: float


@dataclass
class Progress:
    """Where training stands; all of it goes into a checkpoint."""

    step: int = 0
    best_step: int = -1
    best_score: float = -math.inf
    best_loss: float = math.inf
    since_best: int = 0
    seconds: float = 0.0
    tokens: int = 0


@dataclass(frozen=True)
class Job:
    """All that one training run needs."""

    model: torch.nn.Module
    tokenizer: PreTrainedTokenizerBase
    task: Task
    store: TokenStore
    targets: np.ndarray
    spec: TrainSpec
    cutting: Cutting
    groups: list[dict[str, object]]
    validate: Callable[[], Validation]
    metric: str
    seed: int
    accelerator: Accelerator
    run: Path
    journal: Journal
    report: Reporter
    resume: bool = False
    stop: StopSignal = field(default_factory=StopSignal)

    @property
    def steps_an_epoch(self) -> int:
        """Optimiser steps in one pass over the rows."""
        return math.ceil(len(self.store) / self.spec.batch_size)

    @property
    def total_steps(self) -> int:
        """Optimiser steps in the whole run."""
        steps = max(1, round(self.steps_an_epoch * self.spec.epochs))
        return min(steps, self.spec.max_steps or steps)


def train(job: Job) -> Progress:
    """Train until the steps are done or patience ends; the best weights are in the model.

    Raises:
        TrainingError: something that was to learn gets no gradient; the loss is not a number.
        Interrupted: a signal came; a checkpoint was written.
    """
    learning = {
        name: parameter
        for name, parameter in job.model.named_parameters()
        if parameter.requires_grad
    }
    optim = job.accelerator.prepare(optimiser.adamw(job.groups))
    torch.manual_seed(job.seed)
    progress, best = Progress(), _copy(learning)
    if job.resume:
        progress, best = _restore(job, learning, optim)
    else:
        progress, best = _validated(job, progress, best, learning)
    due = _validation_steps(job.total_steps, job.spec.validations)
    log_every = max(1, job.total_steps // _LOGGED_STEPS)
    saved_at = time.monotonic()
    before = time.monotonic()
    with job.stop, job.report.progress("training", job.total_steps) as advance:
        advance(progress.step)
        while progress.step < job.total_steps:
            facts = _step(job, optim, learning, progress)
            progress.step += 1
            progress.seconds += time.monotonic() - before
            before = time.monotonic()
            advance(1)
            if progress.step % log_every == 0 or progress.step == job.total_steps:
                _log_step(job, progress, facts)
            if progress.step in due:
                progress, best = _validated(job, progress, best, learning)
                if job.spec.patience and progress.since_best >= job.spec.patience:
                    job.journal.write("stopped", step=progress.step, reason="patience")
                    break
                if time.monotonic() - saved_at > job.spec.checkpoint_minutes * 60:
                    _save(job, progress, best, learning, optim)
                    saved_at = time.monotonic()
            if job.stop.asked(job.accelerator):
                _save(job, progress, best, learning, optim)
                raise Interrupted(
                    f"stopped at step {progress.step} of {job.total_steps}; a checkpoint is kept"
                )
    with torch.no_grad():
        for name, parameter in learning.items():
            parameter.copy_(best[name])
    return progress


def _step(
    job: Job, optim: Any, learning: dict[str, torch.nn.Parameter], progress: Progress
) -> tuple[torch.Tensor, torch.Tensor, float]:
    """One optimiser step; returns loss and gradient norm as tensors, and the learning rate."""
    spec, accelerator = job.spec, job.accelerator
    epoch, index = divmod(progress.step, job.steps_an_epoch)
    steps = epoch_steps(len(job.store), batch_size=spec.batch_size, seed=job.seed, epoch=epoch)
    rows = steps[index]
    share = optimiser.schedule(
        progress.step, total=job.total_steps, warmup=spec.warmup, shape=spec.schedule
    )
    for group in optim.param_groups:
        group["lr"] = group["peak"] * share
    loss = torch.zeros((), device=accelerator.device)
    passes = micro_batches(rows, job.store.lengths, job.cutting)
    job.model.train()
    for mine in passes[accelerator.process_index :: accelerator.num_processes]:
        batch = to_model(job.store, mine, job.tokenizer, accelerator.device)
        targets = torch.from_numpy(job.targets[mine]).to(accelerator.device)
        with accelerator.autocast():
            logits = job.model(**batch).logits
        part = job.task.loss(logits, targets) / len(rows)
        accelerator.backward(part)
        loss += part.detach()
    _sum_over_processes(accelerator, learning, loss)
    if progress.step == 0:
        _check_gradients(learning)
    limit = spec.max_grad_norm or math.inf
    norm = accelerator.clip_grad_norm_(list(learning.values()), limit)
    optim.step()
    optim.zero_grad()
    progress.tokens += int(job.store.lengths[rows].sum())
    return loss, norm, float(optim.param_groups[0]["lr"])


def _sum_over_processes(
    accelerator: Accelerator, learning: dict[str, torch.nn.Parameter], loss: torch.Tensor
) -> None:
    """Add up gradients and loss over all processes, in one message.

    The processes may hold different numbers of forward passes, even none, which is why the
    model is not wrapped for distributed training.
    """
    if accelerator.num_processes == 1:
        return
    gradients = []
    for parameter in learning.values():
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
        gradients.append(parameter.grad)
    flat = torch.cat([gradient.reshape(-1).float() for gradient in gradients] + [loss.reshape(1)])
    flat = accelerator.reduce(flat, reduction="sum")
    start = 0
    for gradient in gradients:
        gradient.copy_(flat[start : start + gradient.numel()].view_as(gradient))
        start += gradient.numel()
    loss.copy_(flat[-1])


def _check_gradients(learning: dict[str, torch.nn.Parameter]) -> None:
    """Every adapter and layer that was to learn must have got a gradient.

    Half of an adapter starts at zero, so that its other half gets none at first: a layer
    counts as learning when any of its parameters does.
    """
    layers: dict[str, bool] = {}
    for name, parameter in learning.items():
        layer = name.partition(".lora_")[0] if ".lora_" in name else name.rpartition(".")[0]
        moved = parameter.grad is not None and bool(parameter.grad.count_nonzero())
        layers[layer] = layers.get(layer, False) or moved
    still = [layer for layer, moved in layers.items() if not moved]
    if still:
        shown = ", ".join(still[:5]) + (f" and {len(still) - 5} more" if len(still) > 5 else "")
        raise TrainingError(
            f"after the first step these were to learn but got no gradient: {shown}",
            hint="the strategy trains something that the answer does not depend on",
        )


def _log_step(
    job: Job, progress: Progress, facts: tuple[torch.Tensor, torch.Tensor, float]
) -> None:
    loss, norm, learning_rate = facts[0].item(), float(facts[1]), facts[2]
    if not (math.isfinite(loss) and math.isfinite(norm)):
        raise TrainingError(
            f"the loss is not a number at step {progress.step} (loss {loss}, gradient norm {norm})",
            hint="lower train.learning_rate, or set train.precision: fp32",
        )
    job.journal.write(
        "step",
        step=progress.step,
        epoch=round(progress.step / job.steps_an_epoch, 4),
        loss=round(loss, 6),
        learning_rate=learning_rate,
        grad_norm=round(norm, 6),
        seconds=round(progress.seconds, 3),
    )
    job.accelerator.log({"train/loss": loss, "train/learning_rate": learning_rate}, progress.step)


def _validation_steps(total: int, times: int) -> set[int]:
    """Steps after which to validate: evenly spaced, the last one included."""
    return {round(total * (n + 1) / times) for n in range(times)} - {0}


def _validated(
    job: Job,
    progress: Progress,
    best: checkpoints.Tensors,
    learning: dict[str, torch.nn.Parameter],
) -> tuple[Progress, checkpoints.Tensors]:
    """Validate; keep a copy of the weights where they are the best so far."""
    found = job.validate()
    ahead = (found.score, -found.loss) > (progress.best_score, -progress.best_loss)
    if ahead:
        progress.best_step, progress.since_best = progress.step, 0
        progress.best_score, progress.best_loss = found.score, found.loss
        best = _copy(learning)
    else:
        progress.since_best += 1
    job.journal.write(
        "validation",
        step=progress.step,
        epoch=round(progress.step / job.steps_an_epoch, 4),
        metric=job.metric,
        score=round(found.score, 6),
        loss=round(found.loss, 6),
        best=ahead,
        seconds=round(progress.seconds, 3),
    )
    job.accelerator.log({f"validation/{job.metric}": found.score}, progress.step)
    return progress, best


def _copy(learning: dict[str, torch.nn.Parameter]) -> checkpoints.Tensors:
    return {name: parameter.detach().clone() for name, parameter in learning.items()}


def _save(
    job: Job,
    progress: Progress,
    best: checkpoints.Tensors,
    learning: dict[str, torch.nn.Parameter],
    optim: Any,
) -> None:
    if not job.accelerator.is_main_process:
        return
    states = optim.state_dict()["state"]
    scaler = job.accelerator.scaler
    checkpoints.save(
        job.run,
        checkpoints.Checkpoint(
            weights={name: parameter.detach() for name, parameter in learning.items()},
            best=best,
            optimiser=states,
            random=checkpoints.random_state(),
            facts={
                "progress": vars(progress)
                | {
                    "best_score": _finite(progress.best_score),
                    "best_loss": _finite(progress.best_loss),
                },
                "journal": job.journal.length(),
                "scaler": scaler.state_dict() if scaler else {},
            },
        ),
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _restore(
    job: Job, learning: dict[str, torch.nn.Parameter], optim: Any
) -> tuple[Progress, checkpoints.Tensors]:
    saved = checkpoints.load(job.run)
    device = job.accelerator.device
    with torch.no_grad():
        for name, parameter in learning.items():
            parameter.copy_(saved.weights[name])
    state = optim.state_dict()
    state["state"] = saved.optimiser
    optim.load_state_dict(state)
    checkpoints.restore_random_state(saved.random)
    if job.accelerator.scaler and saved.facts["scaler"]:
        job.accelerator.scaler.load_state_dict(saved.facts["scaler"])
    job.journal.cut(saved.facts["journal"])
    progress = Progress(**saved.facts["progress"])
    return progress, {name: value.to(device) for name, value in saved.best.items()}
