"""The fine-tuned model as a contender: base model + strategy + training loop."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from pipeline.contracts import Json, Kind, Predictions, Reporter, Task, Work
from pipeline.data.batches import Cutting
from pipeline.data.tokens import TokenStore, tokenise
from pipeline.evaluation import scoring
from pipeline.training import checkpoints, optimiser, probe
from pipeline.training.inference import logits
from pipeline.training.journal import Journal
from pipeline.training.loop import Job, train
from pipeline.training.model import Prepared, head_output, parts
from pipeline.training.precision import frozen_weights_rounded
from pipeline.training.processes import tracking
from pipeline.training.spec import TrainSpec
from pipeline.training.state import Validation

if TYPE_CHECKING:
    import pyarrow as pa
    from accelerate import Accelerator
    from transformers import PreTrainedTokenizerBase

_CPU_OVERHEAD = 96
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
    """

    name: str
    ready: Prepared
    learning_rate: float
    spec: TrainSpec
    accelerator: Accelerator
    precision: str
    run: Path
    resume: bool = False
    kind: Kind = "fine-tuned"

    def fit(self, work: Work) -> FittedModel:
        """Tokenise, start the head, train, and keep the best weights."""
        ready, model = self.ready, self.ready.model
        train_rows = self._tokens(work, ready, "train")
        validation = self._tokens(work, ready, "validation")
        targets = work.task.references(work.train, work.labels)
        gold = work.task.references(work.validation, work.labels)
        model.to(self.accelerator.device)
        notes: Json = {}
        if self.spec.head == "probe":
            notes["probe_penalty"] = self._start_head(
                work, probe.Rows(train_rows, targets), probe.Rows(validation, gold)
            )
        learning = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
        rows = parts(model, ready.family)
        fitted = FittedModel(
            model=model,
            tokenizer=ready.tokenizer,
            task=work.task,
            labels=work.labels,
            max_length=ready.max_length,
            cutting=self._cutting(),
            accelerator=self.accelerator,
            trainable_parameters=sum(row["trainable"] for row in rows),
            total_parameters=sum(row["total"] for row in rows),
            notes=notes,
            parts=rows,
            tokens={"train": train_rows.facts(), "validation": validation.facts()},
        )
        _tell_parts(fitted, work.report)

        def validate() -> Validation:
            with self.accelerator.autocast():
                found = fitted.logits(validation)
            loss = float(work.task.loss(torch.from_numpy(found), torch.from_numpy(gold)))
            if not math.isfinite(loss):  # no metric takes such answers
                return Validation(score=math.nan, loss=loss)
            answers = work.task.decode(found)
            score = scoring.score(work.metric, gold, answers, work.labels)
            return Validation(score=score, loss=loss / len(gold))

        rate = self.learning_rate
        head_peak = self.spec.head_learning_rate
        with frozen_weights_rounded(model, self.precision), tracking(self.accelerator):
            progress = train(
                Job(
                    model=model,
                    tokenizer=ready.tokenizer,
                    task=work.task,
                    store=train_rows,
                    targets=targets,
                    spec=self.spec,
                    cutting=fitted.cutting,
                    groups=optimiser.parameter_groups(
                        learning,
                        head=ready.family.heads[work.task.name].modules,
                        learning_rate=rate,
                        head_learning_rate=rate if head_peak == "auto" else head_peak,
                        weight_decay=self.spec.weight_decay,
                    ),
                    validate=validate,
                    metric=work.metric,
                    seed=work.seed,
                    accelerator=self.accelerator,
                    run=self.run,
                    journal=Journal(
                        self.run / "log.jsonl", enabled=self.accelerator.is_main_process
                    ),
                    report=work.report,
                    resume=self.resume and checkpoints.exists(self.run),
                )
            )
        notes |= {
            "learning_rate": rate,
            "steps": progress.step,
            "best_step": progress.best_step,
            "training_seconds": round(progress.seconds, 3),
            "training_tokens": progress.tokens,
        }
        model.eval()
        return fitted

    def _start_head(self, work: Work, train_rows: probe.Rows, validation: probe.Rows) -> float:
        with self.accelerator.autocast():
            return probe.start_head(
                self.ready.model,
                head_output(self.ready.model, self.ready.family.heads[work.task.name].output),
                self.ready.tokenizer,
                work=work,
                train=train_rows,
                validation=validation,
                cutting=self._cutting(),
                device=self.accelerator.device,
            )

    def _cutting(self) -> Cutting:
        cuda = self.accelerator.device.type == "cuda"
        return Cutting(
            max_tokens=self.spec.micro_batch_tokens,
            max_rows=self.spec.micro_batch_size,
            overhead=_GPU_OVERHEAD if cuda else _CPU_OVERHEAD,
        )

    def _tokens(self, work: Work, ready: Prepared, split: str) -> TokenStore:
        store = tokenise(
            work.task,
            getattr(work, split),
            ready.tokenizer,
            max_length=ready.max_length,
            report=work.report,
            title=f"tokenising {split} rows",
        )
        if store.cut_rows:
            facts = store.facts()
            work.report.warn(
                f"{split}: {store.cut_rows} of {len(store)} rows are longer than"
                f" {ready.max_length} tokens and are cut"
                f" ({facts['cut_share']:.1%} of all tokens are not seen)"
            )
        return store


@dataclass
class FittedModel:
    """A fine-tuned model in memory, in fp32.

    Attributes:
        parts: what trains and what is frozen, part by part.
        tokens: counts by split.
    """

    model: torch.nn.Module
    tokenizer: PreTrainedTokenizerBase
    task: Task
    labels: Sequence[str]
    max_length: int
    cutting: Cutting
    accelerator: Accelerator
    trainable_parameters: int
    total_parameters: int
    notes: Json = field(default_factory=dict)
    parts: list[Json] = field(default_factory=list)
    tokens: Json = field(default_factory=dict)

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """Answer every row, in order, in fp32."""
        store = self.tokens_of(table, report)
        with report.progress("predicting", len(store)) as advance:
            return self.task.decode(self.logits(store, advance))

    def tokens_of(self, table: pa.Table, report: Reporter) -> TokenStore:
        """The rows as the model sees them."""
        return tokenise(self.task, table, self.tokenizer, max_length=self.max_length, report=report)

    def logits(
        self, store: TokenStore, advance: Callable[[int], None] = lambda done: None
    ) -> np.ndarray:
        """(N, C) float32, the work shared among the processes."""
        accelerator = self.accelerator
        found = logits(
            self.model,
            store,
            self.tokenizer,
            cutting=self.cutting,
            device=accelerator.device,
            share=(accelerator.process_index, accelerator.num_processes),
            advance=advance,
        )
        if accelerator.num_processes == 1:
            return found
        shared = torch.from_numpy(found).to(accelerator.device)
        return accelerator.reduce(shared, reduction="sum").cpu().numpy()

    def save(self, folder: Path) -> None:
        """What training made: the adapter, or the whole model where the base itself learnt."""
        self.model.save_pretrained(folder)


def _tell_parts(fitted: FittedModel, report: Reporter) -> None:
    report.table(
        "What trains and what is frozen",
        ("part", "trainable", "of"),
        [(row["part"], f"{row['trainable']:,}", f"{row['total']:,}") for row in fitted.parts],
    )
