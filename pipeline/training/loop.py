"""The training loop: random steps, exact gradients, the best weights kept.

One optimiser step is one batch of examples, whatever the number of forward passes or
processes it is spread over: each pass adds its summed loss divided by the number
of labelled items of the whole step, so the gradient is that of one padded batch.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from pipeline.contracts import Reporter, Task
from pipeline.data.batches import Cutting, micro_batches
from pipeline.data.collating import collate
from pipeline.data.sampling import Sampler
from pipeline.errors import Interrupted, TrainingError
from pipeline.examples import Codec, Examples
from pipeline.training import gradients, optimiser
from pipeline.training.journal import Journal
from pipeline.training.spec import TrainSpec
from pipeline.training.state import Progress, State, Validation
from pipeline.training.stopping import StopSignal

if TYPE_CHECKING:
    from accelerate import Accelerator

_LOGGED_STEPS = 200
"""About this many training losses are logged over a run."""


@dataclass(frozen=True)
class Job:
    """All that one training run needs."""

    model: torch.nn.Module
    codec: Codec
    task: Task
    examples: Examples
    spec: TrainSpec
    cutting: Cutting
    groups: list[dict[str, object]]
    validate: Callable[[], Validation]
    metric: str
    higher_is_better: bool
    seed: int
    accelerator: Accelerator
    run: Path
    journal: Journal
    report: Reporter
    resume: bool = False
    stop: StopSignal = field(default_factory=StopSignal)

    @cached_property
    def sampler(self) -> Sampler:
        """Which examples make each step."""
        evened = self.spec.oversample == "balanced"
        return Sampler(
            len(self.examples),
            batch_size=self.spec.batch_size,
            seed=self.seed,
            classes=self.examples.values if evened else None,
        )

    @property
    def total_steps(self) -> int:
        """Optimiser steps in the whole run."""
        steps = max(1, round(self.sampler.steps_an_epoch * self.spec.epochs))
        return min(steps, self.spec.max_steps or steps)

    @cached_property
    def of_epoch(self) -> Callable[[int], Examples]:
        """The examples with what an epoch draws, such as masks; the last one is kept."""

        @lru_cache(maxsize=1)
        def drawn(epoch: int) -> Examples:
            return self.task.draw(self.examples, self.codec, seed=(self.seed, epoch))

        return drawn


@dataclass(frozen=True)
class _Done:
    """What one step has to tell; tensors stay on the device until somebody asks."""

    loss: torch.Tensor
    norm: torch.Tensor
    learning_rate: float


def train(job: Job) -> Progress:
    """Train until the steps are done or patience ends; the best weights are in the model.

    Raises:
        TrainingError: something that was to learn gets no gradient; the loss is not a number.
        Interrupted: a signal came; a checkpoint was written.
    """
    state = State(
        learning={n: p for n, p in job.model.named_parameters() if p.requires_grad},
        optimiser=job.accelerator.prepare(optimiser.create(job.groups, beta2=job.spec.beta2)),
    )
    if job.resume:
        job.journal.cut(state.restore(job.run, job.accelerator))
    else:
        job.journal.cut(0)
        _validate(job, state)
    progress, total = state.progress, job.total_steps
    due = validation_steps(total, job.spec.validations)
    log_every = max(1, total // _LOGGED_STEPS)
    saved_at = before = time.monotonic()
    with job.stop, job.report.progress("training", total) as advance:
        advance(progress.step)
        while progress.step < total and not _out_of_patience(job, progress):
            done = _step(job, state)
            progress.step += 1
            progress.seconds += time.monotonic() - before
            before = time.monotonic()
            advance(1)
            if progress.step % log_every == 0 or progress.step in due:
                _log_step(job, progress, done)
            if progress.step in due:
                _validate(job, state)
            stopped = job.stop.asked(job.accelerator)
            long_ago = time.monotonic() - saved_at > job.spec.checkpoint_minutes * 60
            if stopped or (long_ago and progress.step in due):
                state.save(job.run, job.accelerator, journal=job.journal.length())
                saved_at = time.monotonic()
            if stopped:
                raise Interrupted(
                    f"stopped at step {progress.step} of {total}; a checkpoint is kept"
                )
    if progress.step < total:
        job.journal.write("stopped", step=progress.step, reason="patience")
    state.put_back_best()
    return progress


def validation_steps(total: int, times: int) -> set[int]:
    """Steps after which to validate: evenly spaced, the last one included."""
    return {round(total * (n + 1) / times) for n in range(times)} - {0}


def _out_of_patience(job: Job, progress: Progress) -> bool:
    return job.spec.patience is not None and progress.since_best >= job.spec.patience


def _step(job: Job, state: State) -> _Done:
    """One optimiser step."""
    spec, accelerator, step = job.spec, job.accelerator, state.progress.step
    _fix_dropout(job, step)
    epoch, index = divmod(step, job.sampler.steps_an_epoch)
    examples = job.of_epoch(epoch)
    chosen = job.sampler.step(epoch, index)
    items = max(int(examples.items[chosen].sum()), 1)
    share = optimiser.schedule(step, total=job.total_steps, warmup=spec.warmup, shape=spec.schedule)
    for group in state.optimiser.param_groups:
        group["lr"] = group["peak"] * share
    loss = torch.zeros((), device=accelerator.device)
    passes = micro_batches(chosen, examples.lengths, job.cutting)
    job.model.train()
    for mine in passes[accelerator.process_index :: accelerator.num_processes]:
        batch = collate(examples, mine, job.codec, device=accelerator.device)
        with accelerator.autocast():
            outputs = job.model(**batch.inputs)
        part = job.task.loss(outputs, batch.targets) / items
        accelerator.backward(part)
        loss += part.detach()
    gradients.sum_over_processes(accelerator, state.learning, loss)
    if step == 0:
        gradients.check(state.learning)
    limit = spec.max_grad_norm or math.inf
    norm = accelerator.clip_grad_norm_(list(state.learning.values()), limit)
    state.optimiser.step()
    state.optimiser.zero_grad()
    state.progress.tokens += int(examples.lengths[chosen].sum())
    return _Done(loss, norm, float(state.optimiser.param_groups[0]["lr"]))


def _fix_dropout(job: Job, step: int) -> None:
    """What a step draws depends on seed, step and process alone: a resumed run draws the same."""
    entropy = [job.seed, step, job.accelerator.process_index]
    torch.manual_seed(int(np.random.SeedSequence(entropy).generate_state(1, np.uint64)[0]))


def _log_step(job: Job, progress: Progress, done: _Done) -> None:
    loss, norm = done.loss.item(), float(done.norm)
    # Under fp16 an overflowing step is skipped and the loss scaled down: no reason to stop.
    overflow = job.accelerator.scaler is not None and not math.isfinite(norm)
    if not math.isfinite(loss) or not (math.isfinite(norm) or overflow):
        raise TrainingError(
            f"the loss is not a number at step {progress.step} (loss {loss}, gradient norm {norm})",
            hint="lower train.learning_rate, or set train.precision: fp32",
        )
    job.journal.write(
        "step",
        step=progress.step,
        epoch=round(progress.step / job.sampler.steps_an_epoch, 4),
        loss=round(loss, 6),
        learning_rate=done.learning_rate,
        grad_norm=None if overflow else round(norm, 6),
        seconds=round(progress.seconds, 3),
    )
    job.accelerator.log(
        {"train/loss": loss, "train/learning_rate": done.learning_rate}, progress.step
    )


def _validate(job: Job, state: State) -> None:
    """Validate; the weights are kept where they are the best so far."""
    step, found = state.progress.step, job.validate()
    if not math.isfinite(found.loss):
        raise TrainingError(
            f"the validation loss is not a number after step {step}",
            hint="lower train.learning_rate, or set train.precision: fp32"
            if step
            else "the base model itself gives no numbers: its weights may be damaged",
        )
    best = state.consider(_rank(job, found))
    job.journal.write(
        "validation",
        step=step,
        epoch=round(step / job.sampler.steps_an_epoch, 4),
        metric=job.metric,
        score=None if found.score is None else round(found.score, 6),
        loss=round(found.loss, 6),
        best=best,
        seconds=round(state.progress.seconds, 3),
    )
    seen = found.loss if found.score is None else found.score
    name = "loss" if found.score is None else job.metric
    job.accelerator.log({f"validation/{name}": seen}, step)


def _rank(job: Job, found: Validation) -> tuple[float, float]:
    """Larger is better: the metric first, then the loss."""
    if found.score is None:
        return -found.loss, 0.0
    return found.score if job.higher_is_better else -found.score, -found.loss
