"""Sentences with named entities, and the tiny bases that read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from pipeline.bases import resolve
from pipeline.contracts import ROW_ID, Task
from pipeline.strategies.full import Full
from pipeline.training.model import Prepared, prepare

Row = tuple[Sequence[str], Sequence[str]]

ROWS: list[Row] = [
    (["the", "film", "opens", "in", "new", "york"], ["O", "O", "O", "O", "B-LOC", "I-LOC"]),
    (["anna", "lee", "is", "great"], ["B-PER", "I-PER", "O", "O"]),
    (["a", "dull", "evening"], ["O", "O", "O"]),
    (["paris", "and", "rome", "are", "far"], ["B-LOC", "O", "B-LOC", "O", "O"]),
    (["bob", "wrote", "it"], ["B-PER", "O", "O"]),
    (["see", "it", "with", "tom", "grey"], ["O", "O", "O", "B-PER", "I-PER"]),
    (["oslo", "is", "cold"], ["B-LOC", "O", "O"]),
    (["the", "cast", "of", "eve", "smiles"], ["O", "O", "O", "B-PER", "O"]),
]


def sentences(rows: Sequence[Row], *, name: str = "train.conll") -> pa.Table:
    """A table as the data layer makes it."""
    texts = pa.list_(pa.string())
    return pa.table(
        {
            ROW_ID: [f"{name}:{n + 1}" for n in range(len(rows))],
            "words": pa.array([list(words) for words, _ in rows], texts),
            "tags": pa.array([list(tags) for _, tags in rows], texts),
        }
    )


def prepared(base: Path, task: Task, labels: Sequence[str], *, max_length: int = 64) -> Prepared:
    """A tiny base with a head for the task, all of it learning."""
    return prepare(
        resolve(str(base)),
        task=task,
        labels=labels,
        strategy=Full(),
        dropout=0.0,
        max_length=max_length,
        seed=0,
    )
