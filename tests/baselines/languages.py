"""A few running texts, and the work that a baseline of a language task gets from them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline import components
from pipeline.contracts import ROW_ID, Task, Work
from pipeline.language.alphabets import TokenizerFile
from tests.baselines.reviews import HELD_OUT, NEGATIVE, NEUTRAL, POSITIVE

TRAIN = [text for three in zip(POSITIVE, NEGATIVE, NEUTRAL, strict=False) for text in three]
VALIDATION = [text for text, _ in HELD_OUT]


def task(name: str) -> Task:
    found: Task = components.load("tasks", name)()
    return found


def texts(rows: Sequence[str]) -> pa.Table:
    return pa.table({ROW_ID: [f"made.txt:{n + 1}" for n in range(len(rows))], "text": list(rows)})


def subwords(folder: Path) -> TokenizerFile:
    """The tokenizer of a base that was saved in a folder."""
    return TokenizerFile.read(folder / "tokenizer.json")


def work(name: str, *, train: Sequence[str] = TRAIN, **changes: Any) -> Work:
    facts: dict[str, Any] = {
        "task": task(name),
        "labels": (),
        "train": texts(train),
        "validation": texts(VALIDATION),
        "metric": task(name).metrics[0],
        "seed": 0,
    }
    return Work(**{**facts, **changes})
