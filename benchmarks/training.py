"""Our loop against transformers' Trainer: the same rows, adapter, steps and precision."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import torch

from benchmarks.timing import Pair
from benchmarks.work import docs_topics, prepared
from pipeline.contracts import Work
from pipeline.training import processes
from pipeline.training.contender import FineTuned
from pipeline.training.model import Prepared

_STEPS = 20


def pairs() -> Iterator[Pair]:
    """LoRA on MiniLM, batches of 32, against the defaults and against the best flags."""
    title = f"LoRA, {_STEPS} steps of 32 rows"
    yield Pair(title, ("graft", _ours), ("Trainer as it comes", partial(_theirs, bf16=False)), 3)
    yield Pair(title, ("graft", _ours), ("Trainer with bf16", partial(_theirs, bf16=True)), 3)


def _ready() -> tuple[Prepared, Work]:
    recipe, base, splits = docs_topics()
    labels = recipe.task.labels(splits.train)
    ready = prepared(recipe, base, splits)
    work = Work(
        task=recipe.task,
        labels=labels,
        train=splits.train,
        validation=splits.validation.slice(0, 8),
        metric="accuracy",
        seed=0,
    )
    return ready, work


def _ours() -> None:
    recipe, _, _ = docs_topics(
        f"train.max_steps={_STEPS}",
        "train.validations=1",
        "train.head=random",
        "train.batch_size=32",
    )
    ready, work = _ready()
    precision = processes.choose_precision("auto")
    with tempfile.TemporaryDirectory() as folder:
        FineTuned(
            name="lora",
            ready=ready,
            learning_rate=5e-4,
            spec=recipe.train,
            accelerator=processes.start(precision=precision, tracker="none", folder=Path(folder)),
            precision=precision,
            run=Path(folder),
        ).fit(work)


def _theirs(*, bf16: bool) -> None:
    from transformers import (
        DataCollatorWithPadding,
        PrinterCallback,
        Trainer,
        TrainingArguments,
    )

    ready, work = _ready()
    texts = work.train["text"].to_pylist()
    encoded = ready.codec.tokenizer(texts, truncation=True, max_length=ready.codec.max_length)
    targets = work.task.references(work.train, work.labels)
    rows = [
        {key: encoded[key][n] for key in encoded} | {"labels": int(targets[n])}
        for n in range(len(texts))
    ]
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            model=ready.model,
            args=TrainingArguments(
                output_dir=folder,
                max_steps=_STEPS,
                per_device_train_batch_size=32,
                learning_rate=5e-4,
                bf16=bf16,
                use_cpu=not torch.cuda.is_available(),
                save_strategy="no",
                disable_tqdm=True,
                logging_strategy="no",
            ),
            train_dataset=rows,
            data_collator=DataCollatorWithPadding(ready.codec.tokenizer),
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()
