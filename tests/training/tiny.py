"""Tiny bases, a few rows, and one fit of them: what tests of training are made of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch

from pipeline import components
from pipeline.bases import Base, resolve
from pipeline.contracts import ROW_ID, Family, Json, Strategy, Task, Work
from pipeline.examples import Codec
from pipeline.strategies.lora import Lora
from pipeline.tasks.text_classification import TextClassification
from pipeline.training import loop, processes
from pipeline.training.contender import FineTuned, FittedModel
from pipeline.training.loop import Job
from pipeline.training.model import Prepared, codec_of, prepare
from pipeline.training.spec import TrainSpec
from pipeline.training.state import Progress, Validation
from pipeline.training.tokenizer import load_tokenizer
from tests.hub.reviews import reviews

LABELS = ("bad", "good")


def table(count: int, *, seed: int = 0, pairs: bool = False) -> pa.Table:
    """Reviews; every third is made longer, so that lengths differ."""
    found = reviews(count, seed=seed)
    texts = [text * (1 + (n % 3 == 0)) for n, (text, _) in enumerate(found)]
    columns = {
        ROW_ID: [f"rows.csv:{n + 2}" for n in range(count)],
        "text": texts,
        "label": [LABELS[label] for _, label in found],
    }
    if pairs:
        columns["text_pair"] = texts[::-1]
    return pa.table(columns)


def work(rows: int = 24, *, seed: int = 0, pairs: bool = False) -> Work:
    return Work(
        task=TextClassification(),
        labels=LABELS,
        train=table(rows, pairs=pairs),
        validation=table(16, seed=1, pairs=pairs),
        metric="accuracy",
        seed=seed,
    )


def ready(
    base: Path | Base,
    strategy: Strategy | None = None,
    *,
    task: Task | None = None,
    dropout: float | None = 0.0,
    seed: int = 0,
    labels: tuple[str, ...] = LABELS,
) -> Prepared:
    return prepare(
        base if isinstance(base, Base) else resolve(str(base)),
        task=task or TextClassification(),
        labels=labels,
        strategy=strategy or Lora(),
        dropout=dropout,
        max_length=None,
        seed=seed,
    )


def codec(base: Path, *, max_length: int = 64) -> Codec:
    """A base's tokenizer and what goes with it, without loading the model."""
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(base)
    family: Family = components.load("models", config.model_type)()
    tokenizer = load_tokenizer(resolve(str(base)))
    return codec_of(config, tokenizer, family=family, max_length=max_length)


@dataclass(frozen=True)
class Fit:
    """What a fit left behind."""

    model: FittedModel
    log: list[Json]

    @property
    def steps(self) -> list[Json]:
        return [line for line in self.log if line["event"] == "step"]

    @property
    def validations(self) -> list[Json]:
        return [line for line in self.log if line["event"] == "validation"]


def contender(
    prepared: Prepared,
    run: Path,
    *,
    learning_rate: float = 1e-3,
    resume: bool = False,
    precision: str = "fp32",
    **options: Any,
) -> FineTuned:
    """A contender in fp32, its head at random unless told otherwise."""
    spec = TrainSpec(**({"head": "random", "epochs": 2, "batch_size": 8} | options))
    return FineTuned(
        name="tiny",
        ready=prepared,
        learning_rate=learning_rate,
        spec=spec,
        accelerator=processes.start(precision=precision, tracker=spec.tracker, folder=run),
        precision=precision,
        run=run,
        resume=resume,
    )


def fit(prepared: Prepared, run: Path, *, on: Work | None = None, **options: Any) -> Fit:
    """Train in a run's folder and read its log."""
    run.mkdir(parents=True, exist_ok=True)
    fitted = contender(prepared, run, **options).fit(on or work())
    return Fit(fitted, log(run))


def log(run: Path) -> list[Json]:
    lines = (run / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def scored(
    values: Sequence[float], monkeypatch: pytest.MonkeyPatch, *, losses: Sequence[float] = ()
) -> list[dict[str, torch.Tensor]]:
    """Let validation find the given scores; gives the weights at each validation."""
    seen: list[dict[str, torch.Tensor]] = []

    def train(job: Job) -> Progress:
        def validate() -> Validation:
            number = len(seen)
            seen.append(weights(job.model))
            return Validation(score=values[number], loss=losses[number] if losses else 1.0)

        return loop.train(replace(job, validate=validate))

    monkeypatch.setattr("pipeline.training.contender.train", train)
    return seen


def weights(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """A copy of all parameters, by name."""
    return {name: value.detach().clone() for name, value in model.named_parameters()}


def answers(model: torch.nn.Module, tokenizer: Any, texts: list[str]) -> np.ndarray:
    """Logits by plain transformers: one padded batch."""
    inputs = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
    model.eval()
    with torch.no_grad():
        return np.asarray(model(**inputs).logits)
