"""Tiny bases that answer with texts, and what tests of them share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from pipeline.bases import resolve
from pipeline.contracts import Task
from pipeline.data.batches import Cutting
from pipeline.examples import IGNORED, Codec, Examples
from pipeline.ragged import Ragged
from pipeline.strategies.full import Full
from pipeline.training.inference import Answering
from pipeline.training.model import Prepared, prepare

BASES = ("bart", "gpt2", "llama", "t5")
DECODERS = ("gpt2", "llama")


def ready(base: Path, task: Task, *, max_length: int | None = None) -> Prepared:
    return prepare(
        resolve(str(base)),
        task=task,
        labels=(),
        strategy=Full(),
        dropout=0.0,
        max_length=max_length,
        seed=0,
    )


def answering(prepared: Prepared, task: Task, *, rows: int | None = None) -> Answering:
    """A model that answers so many rows at a time."""
    return Answering(
        model=prepared.model,
        codec=prepared.codec,
        task=task,
        labels=(),
        cutting=Cutting(max_tokens=4096, max_rows=rows, overhead=10**6),
        device=torch.device("cpu"),
    )


def encoded(task: Task, table: Any, codec: Codec, purpose: Any = "learn") -> Examples:
    return task.encode(table, (), codec, purpose=purpose)


def learnt(examples: Examples, number: int) -> list[int]:
    """The tokens that are learnt of an example, in order."""
    if examples.responses is not None:
        return [int(token) for token in examples.responses[number]]
    assert examples.tokens is not None
    targets = Ragged(examples.tokens, examples.ids.offsets)[number]
    return [int(token) for token in targets[targets != IGNORED]]
