"""Small sets of rows with one thing wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import pyarrow as pa

from pipeline.contracts import SPLITS, Task
from pipeline.data.doctor.findings import Finding
from pipeline.data.doctor.rows import Rows
from pipeline.tasks.text_classification import TextClassification

Pair = tuple[str, str]

_GERMAN = (
    "Ich warte seit zwei Wochen auf meine neue Karte.",
    "Warum wurde mir die Überweisung zweimal berechnet?",
    "Bitte sagen Sie mir, wie ich mein Kennwort ändern kann.",
    "Der Automat hat das Geld nicht ausgezahlt.",
)
GERMAN: list[Pair] = [(f"{_GERMAN[n % 4]} Vorgang {n}", "ab"[n % 2]) for n in range(80)]


def well(of: str, count: int = 40) -> list[Pair]:
    """Rows with nothing wrong with them."""
    words = ("quiet", "river", "stone", "garden", "window", "letter")
    return [
        (f"{of} {words[n % 6]} {words[n % 5]} number {n} is as it was", "ab"[n % 2])
        for n in range(count)
    ]


def table(rows: Sequence[Pair], name: str) -> pa.Table:
    return pa.table(
        {
            "row_id": [f"{name}.csv:{n + 2}" for n in range(len(rows))],
            "text": [text for text, _ in rows],
            "label": [label for _, label in rows],
        }
    )


def patient(
    train: Sequence[Pair] = (),
    validation: Sequence[Pair] = (),
    test: Sequence[Pair] = (),
    task: Task | None = None,
) -> Rows:
    """Healthy rows, and those that are given."""
    given = dict(zip(SPLITS, (train, validation, test), strict=True))
    tables = {name: table([*well(name), *rows], name) for name, rows in given.items()}
    task = task or TextClassification()
    return Rows(task, tables, task.labels(tables["train"]))


def look(name: str, rows: Rows) -> list[Finding]:
    """What one of the doctor's files finds."""
    return list(import_module(f"pipeline.data.doctor.{name}").look(rows))
