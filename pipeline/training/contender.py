"""The fine-tuned model as a contender: base model + strategy + training loop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from pipeline.contracts import ROW_ID, Json, Kind, Predictions, Reporter, SplitName, Task, Work
from pipeline.data.batches import Cutting
from pipeline.data.checks import first_rows
from pipeline.data.picking import picked
from pipeline.errors import DataError
from pipeline.evaluation import scoring
from pipeline.examples import Examples
from pipeline.training import attention, checkpoints, optimiser, probe
from pipeline.training.encoding import encoded
from pipeline.training.inference import Answering
from pipeline.training.journal import Journal
from pipeline.training.loop import Job, train
from pipeline.training.model import Prepared, head_output
from pipeline.training.parts import parts
from pipeline.training.precision import frozen_weights_rounded
from pipeline.training.processes import tracking
from pipeline.training.spec import TrainSpec
from pipeline.training.state import Validation
from pipeline.training.validating import scorer

if TYPE_CHECKING:
    import pyarrow as pa
    from accelerate import Accelerator

CPU_OVERHEAD = 96
_GPU_OVERHEAD = 4096
"""What one more forward pass costs, in tokens: launching kernels is what a GPU waits for."""


@dataclass(frozen=True)
class FineTuned:
    """A contender that learns from a pretrained base.

    Attributes:
        name: the strategy's.
        learning_rate: the peak, made concrete.
        run: the run's folder, for checkpoints and the log.
        resume: go on from the run's checkpoint where there is one.
        keeps_head: the head came with the base and answers this task: it needs no start.
        seen: features of the frozen base that are shared with other trainings of this base.
    """

    name: str
    ready: Prepared
    learning_rate: float
    spec: TrainSpec
    accelerator: Accelerator
    precision: str
    run: Path
    resume: bool = False
    keeps_head: bool = False
    seen: probe.Seen | None = None
    kind: Kind = "fine-tuned"

    def fit(self, work: Work) -> FittedModel:
        """Tokenise, start the head, train, and keep the best weights."""
        ready, model, given = self.ready, self.ready.model, work.task.options()
        work = replace(work, task=work.task.informed(work.train, work.labels))
        head = ready.family.heads[work.task.name].output
        examples = self._examples(work, "train")
        validation = self._examples(work, "validation")
        model.to(self.accelerator.device)
        answering = Answering(
            model=model,
            codec=ready.codec,
            task=work.task,
            labels=work.labels,
            cutting=self.cutting(),
            device=self.accelerator.device,
            accelerator=self.accelerator,
        )
        notes: Json = {}
        if self.spec.head == "probe" and work.task.head_fits and not self.keeps_head:
            with self.accelerator.autocast():
                notes["probe_penalty"] = probe.start_head(
                    answering,
                    head_output(model, head),
                    work=work,
                    train=examples,
                    validation=validation,
                    seen=self.seen,
                )
        rows = parts(model, ready.family, work.task)
        fitted = FittedModel(
            answering=answering,
            trainable_parameters=sum(row["trainable"] for row in rows),
            total_parameters=sum(row["total"] for row in rows),
            notes=notes,
            parts=rows,
            tokens={"train": examples.facts(), "validation": validation.facts()},
        )
        _tell_parts(fitted, work.report)
        with (
            frozen_weights_rounded(model, self.precision),
            attention.for_training(model, lengths=examples.lengths, device=self.accelerator.device),
            tracking(self.accelerator),
        ):
            progress = train(self._job(work, fitted, examples, validation))
        notes |= {
            "learning_rate": self.learning_rate,
            "steps": progress.step,
            "best_step": progress.best_step,
            "training_seconds": round(progress.seconds, 3),
            "training_tokens": progress.tokens,
        }
        fitted.validation = progress.best_rank
        model.eval()
        # From here on the task is what travels with the model.
        task = work.task.folded(lambda: head_output(model, head))
        fitted.answering = replace(answering, task=task)
        task = task.tuned(
            lambda: fitted.predict(work.validation, work.report),
            task.references(work.validation, work.labels),
            work.labels,
            metric=work.metric,
        )
        fitted.answering = replace(answering, task=task)
        notes |= {key: value for key, value in task.options().items() if value != given[key]}
        return fitted

    def _job(
        self, work: Work, fitted: FittedModel, examples: Examples, validation: Examples
    ) -> Job:
        ready, task, peak = self.ready, work.task, self.spec.head_learning_rate
        # What is drawn for validation is drawn once, so that losses can be compared.
        fixed = task.draw(validation, ready.codec, seed=(work.seed,))
        score = scorer(work, fixed, ready.codec)

        def validate() -> Validation:
            by_metric = task.selects_by == "metric"
            with self.accelerator.autocast():
                found = fitted.answering.measure(fixed, pieces=by_metric)
            if found.pieces is None or not math.isfinite(found.loss):  # no metric takes such
                return Validation(score=None, loss=found.loss)
            return Validation(score=score(found.pieces), loss=found.loss)

        return Job(
            model=ready.model,
            codec=ready.codec,
            task=task,
            examples=examples,
            spec=self.spec,
            cutting=fitted.answering.cutting,
            groups=optimiser.parameter_groups(
                [(n, p) for n, p in ready.model.named_parameters() if p.requires_grad],
                head=ready.family.heads[task.name].modules,
                embeddings=ready.family.within(task.name, ready.family.embeddings),
                learning_rate=self.learning_rate,
                head_learning_rate=self.learning_rate if peak == "auto" else peak,
                embedding_learning_rate=self.spec.embedding_learning_rate,
                weight_decay=self.spec.weight_decay,
                optimizer=self.spec.optimizer,
            ),
            validate=validate,
            metric=work.metric,
            higher_is_better=scoring.higher_is_better(work.metric),
            seed=work.seed,
            accelerator=self.accelerator,
            run=self.run,
            journal=Journal(self.run / "log.jsonl", enabled=self.accelerator.is_main_process),
            report=work.report,
            resume=self.resume and checkpoints.exists(self.run),
        )

    def cutting(self) -> Cutting:
        """How rows are cut into passes on this run's device."""
        cuda = self.accelerator.device.type == "cuda"
        return Cutting(
            max_tokens=self.spec.micro_batch_tokens,
            max_rows=self.spec.micro_batch_size,
            overhead=_GPU_OVERHEAD if cuda else CPU_OVERHEAD,
        )

    def _examples(self, work: Work, split: SplitName) -> Examples:
        examples = encoded(
            work.task,
            getattr(work, split),
            work.labels,
            self.ready.codec,
            purpose="learn",
            report=work.report,
            title=f"tokenising {split} rows",
        )
        if examples.cut:
            self._tell_cut(work, split, examples)
        return examples

    def _tell_cut(self, work: Work, split: SplitName, examples: Examples) -> None:
        """Say how much the model does not see, or refuse it, as the recipe wants it."""
        facts, table = examples.facts(), getattr(work, split)
        rows = first_rows(picked(table.select([ROW_ID]), np.asarray(examples.cut))[ROW_ID])
        said = (
            f"{len(examples.cut):,} of {facts['rows']:,} rows are longer than"
            f" {self.ready.codec.max_length} tokens"
        )
        if self.spec.too_long == "error":
            raise DataError(
                f"{said}: {rows}",
                place=split,
                hint="shorten them, choose a base that takes more, or let them be cut:"
                " train.too_long: warn",
            )
        tell = work.report.warn if self.spec.too_long == "warn" else work.report.note
        tell(
            f"{split}: {said} and are cut ({facts['cut_share']:.1%} of all tokens are not seen):"
            f" {rows}"
        )


@dataclass
class FittedModel:
    """A fine-tuned model in memory, in fp32.

    Attributes:
        parts: what trains and what is frozen, part by part.
        tokens: counts by split.
        validation: how well its weights did on the validation rows, larger is better; see
            ``loop``.
    """

    answering: Answering
    trainable_parameters: int
    total_parameters: int
    notes: Json = field(default_factory=dict)
    parts: list[Json] = field(default_factory=list)
    tokens: Json = field(default_factory=dict)
    validation: tuple[float, float] = (-math.inf, -math.inf)

    @property
    def model(self) -> torch.nn.Module:
        """The network, wrapped by PEFT where the strategy did so."""
        return self.answering.model

    @property
    def task(self) -> Task:
        """What it answers."""
        return self.answering.task

    @property
    def labels(self) -> Sequence[str]:
        """Class names in id order."""
        return self.answering.labels

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """Answer every row, in order, in fp32."""
        return self.answering.predict(table, report)

    def save(self, folder: Path) -> None:
        """What training made: the adapter, or the whole model where the base itself learnt."""
        self.answering.model.save_pretrained(folder)


def _tell_parts(fitted: FittedModel, report: Reporter) -> None:
    report.table(
        "What trains and what is frozen",
        ("part", "trainable", "of"),
        [(row["part"], f"{row['trainable']:,}", f"{row['total']:,}") for row in fitted.parts],
    )
