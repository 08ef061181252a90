"""How long a recipe would train and how much memory it takes, measured on a few of its steps.

The steps are the run's own: the same loop, model, batches and precision, on rows drawn from
the training rows. What is said of the whole run follows from their number.

Letters: N rows.
"""

from __future__ import annotations

import itertools
import json
import math
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.contracts import Reporter, Splits, Work

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.bases import Base
    from pipeline.recipe import Recipe
    from pipeline.training.contender import FittedModel

_STEPS = 4
"""Optimiser steps that are taken; the first one makes room as well and is not counted."""
_ROWS = 128
"""Validation rows that are answered."""


@dataclass(frozen=True)
class Forecast:
    """What fine-tuning would cost; baselines, test rows and exports come on top.

    Attributes:
        steps: of the whole run, unless patience ends it.
        measured: how many of them were taken.
        step_seconds: median of those but the first.
        other_seconds: of all validations and, where the head starts as a probe, of that.
        peak_bytes: memory of the GPU, or of this process with all rows in it.
        device: ``GPU`` or ``CPU``.
    """

    steps: int
    measured: int
    step_seconds: float
    other_seconds: float
    peak_bytes: int
    device: str

    @property
    def seconds(self) -> float:
        """Of fine-tuning, from the first step to the last validation."""
        return self.steps * self.step_seconds + self.other_seconds


def measure(recipe: Recipe, base: Base, splits: Splits, *, report: Reporter) -> Forecast:
    """Train for a few steps and throw the result away.

    Args:
        recipe: settled on the rows.

    Raises:
        TrainingError: training cannot even begin, such as where nothing gets a gradient.
    """
    import torch

    from pipeline.data.sampling import Sampler
    from pipeline.training import processes
    from pipeline.training.contender import FineTuned
    from pipeline.training.model import prepare

    task, spec = recipe.task, recipe.train
    labels = task.labels(splits.train)
    ready = prepare(
        base,
        task=task,
        labels=labels,
        strategy=recipe.strategy,
        dropout=spec.dropout,
        max_length=spec.max_length,
        seed=recipe.seed,
    )
    precision = processes.choose_precision(spec.precision)
    brief = {"max_steps": _STEPS, "epochs": float(_STEPS), "validations": 1, "head": "random"}
    work = Work(
        task=task,
        labels=labels,
        train=_drawn(splits.train, _STEPS * spec.batch_size, seed=recipe.seed),
        validation=_drawn(splits.validation, _ROWS, seed=recipe.seed),
        metric=recipe.metric,
        seed=recipe.seed,
    )
    told = report.progress("training for a few steps, to see what they cost", 1)
    with told as advance, tempfile.TemporaryDirectory() as folder:
        fine_tuned = FineTuned(
            name=recipe.strategy.name,
            ready=ready,
            learning_rate=recipe.learning_rate,
            spec=spec.model_copy(update={**brief, "tracker": "none", "patience": None}),
            accelerator=processes.start(precision=precision, tracker="none", folder=Path(folder)),
            precision=precision,
            run=Path(folder),
        )
        fitted = fine_tuned.fit(work)
        took = _step_seconds(Path(folder) / "log.jsonl")
        advance(1)
    cuda = torch.cuda.is_available()
    # A row may be several examples, or a part of one: as many a row as in those drawn.
    drawn = fitted.tokens["train"]
    evened = spec.oversample == "balanced"
    classes = task.references(splits.train, labels) if evened else None
    rows = Sampler(splits.train.num_rows, spec.batch_size, recipe.seed, classes).drawn
    examples = rows * drawn["examples"] / max(drawn["rows"], 1)
    steps = max(1, round(math.ceil(examples / spec.batch_size) * spec.epochs))
    probed = spec.head == "probe" and task.head_fits
    answered = splits.validation.num_rows * (spec.validations + 1 + probed)
    answered += splits.train.num_rows * probed
    return Forecast(
        steps=min(steps, spec.max_steps or steps),
        measured=len(took),
        step_seconds=statistics.median(took[1:] or took),
        other_seconds=answered * _row_seconds(fitted, work),
        peak_bytes=torch.cuda.max_memory_allocated() if cuda else _peak_bytes(),
        device="GPU" if cuda else "CPU",
    )


def tell(found: Forecast, report: Reporter) -> None:
    """The forecast in words."""
    report.note(
        f"{found.steps:,} steps of {found.step_seconds:.2g} s, and {_span(found.other_seconds)} to"
        f" validate: about {_span(found.seconds)} on this {found.device}, and"
        f" {found.peak_bytes / 1e9:.1f} GB of memory"
    )
    report.note(f"measured on {found.measured} steps; baselines, test rows and exports come on top")


def _drawn(table: pa.Table, rows: int, *, seed: int) -> pa.Table:
    """Rows drawn at random, as those of a step are."""
    import numpy as np

    from pipeline.data.picking import picked

    order = np.random.default_rng(seed).permutation(table.num_rows)
    return picked(table, order[:rows])


def _step_seconds(log: Path) -> list[float]:
    """Of each step; the log counts from the first one on."""
    lines = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    counted = [0.0, *(line["seconds"] for line in lines if line["event"] == "step")]
    return [after - before for before, after in itertools.pairwise(counted)]


def _row_seconds(fitted: FittedModel, work: Work) -> float:
    """What measuring a validation row costs."""
    answering = fitted.answering
    examples = work.task.encode(work.validation, work.labels, answering.codec, purpose="learn")
    drawn = work.task.draw(examples, answering.codec, seed=(work.seed,))
    assert answering.accelerator is not None  # noqa: S101
    began = time.perf_counter()
    with answering.accelerator.autocast():
        answering.measure(drawn, pieces=False)
    return (time.perf_counter() - began) / max(work.validation.num_rows, 1)


def _peak_bytes() -> int:
    """The most memory that this process has had so far."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _span(seconds: float) -> str:
    """A length of time in the unit that a person would take."""
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
