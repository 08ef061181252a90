"""Small data for each problem that a baseline may name, in one shape for the contract tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline import components
from pipeline.contracts import Reporter, Task, Work
from tests.baselines.reviews import HELD_OUT, reviews

Row = tuple[str, str, Any]
"""Text, second text, answer."""


@dataclass(frozen=True)
class Letters:
    """``contracts.Features`` of a base that can only tell letters apart."""

    task: Task
    size: int = 1000

    def of(self, table: pa.Table, report: Reporter) -> np.ndarray:
        found = np.zeros((table.num_rows, 32), np.float32)
        for row, text in zip(found, self.task.texts(table), strict=True):
            np.add.at(row, [ord(letter) % 32 for letter in text], 1)
        return found


@dataclass(frozen=True)
class Situation:
    """One problem with rows to learn from.

    Attributes:
        options: of the task.
        column: of the answers.
        answers: two that can be given to any text.
        train, held_out: rows.
        pairs: rows have a second text.
    """

    name: str
    task_name: str
    options: dict[str, Any]
    metric: str
    column: str
    answers: tuple[Any, Any]
    train: Sequence[Row]
    held_out: Sequence[Row]
    pairs: bool = False

    @property
    def task(self) -> Task:
        found: Task = components.load("tasks", self.task_name)(**self.options)
        return found

    def table(self, rows: Sequence[Row]) -> pa.Table:
        columns: dict[str, Any] = {
            "row_id": [f"made.csv:{n}" for n in range(2, len(rows) + 2)],
            "text": [text for text, _, _ in rows],
            self.column: [answer for _, _, answer in rows],
        }
        if self.pairs:
            columns["text_pair"] = [pair for _, pair, _ in rows]
        return pa.table(columns)

    def saying(self, texts: Sequence[str]) -> pa.Table:
        """The texts, with the two answers in turns."""
        turns = [self.answers[n % 2] for n in range(len(texts))]
        return self.table([(text, text, answer) for text, answer in zip(texts, turns, strict=True)])

    def work(self, **changes: Any) -> Work:
        task = self.task
        train = changes.get("train", self.table(self.train))
        facts: dict[str, Any] = {
            "task": task,
            "labels": task.labels(train),
            "train": train,
            "validation": self.table(self.held_out),
            "metric": self.metric,
            "seed": 0,
            "features": Letters(task),
        }
        return Work(**{**facts, **changes})


def _classes(*names: str) -> Situation:
    return Situation(
        name=f"{len(names)} classes",
        task_name="text-classification",
        options={},
        metric="accuracy",
        column="label",
        answers=(names[0], names[1]),
        train=[(text, "", label) for text, label in reviews(names)],
        held_out=[(text, "", label) for text, label in HELD_OUT if label in names],
    )


def _language(text: str) -> str:
    return "english" if text.isascii() else "korean"


def _labels() -> Situation:
    def labelled(text: str, label: str) -> Row:
        # A question about the cinema has no label but its language, and some have none at all.
        if label == "question":
            return text, "", [] if text.isascii() else ["korean"]
        return text, "", [label, _language(text)]

    three = ("positive", "negative", "question")
    return Situation(
        name="several labels",
        task_name="text-classification",
        options={"multi_label": True},
        metric="micro_f1",
        column="label",
        answers=(["english", "positive"], ["korean", "negative"]),
        train=[labelled(text, label) for text, label in reviews(three)],
        held_out=[labelled(text, label) for text, label in HELD_OUT],
    )


def _likeness() -> list[Row]:
    """A text and itself with some of its words: the share that is left is the answer."""
    rows = []
    for number, (text, _) in enumerate(reviews(("positive", "negative"))):
        words = text.split()
        kept = len(words) * (number % 5) // 4
        other = [*words[:kept], *("other" for _ in words[kept:])]
        rows.append((text, " ".join(other), round(5 * kept / len(words), 3)))
    return rows


def _pairs() -> Situation:
    rows = _likeness()
    return Situation(
        name="numbers of pairs",
        task_name="text-regression",
        options={},
        metric="pearson",
        column="value",
        answers=(0.5, 4.5),
        train=rows[:-6],
        held_out=rows[-6:],
        pairs=True,
    )


def _paired_classes() -> Situation:
    rows = [
        (text, other, "other" if value < 2.5 else "alike") for text, other, value in _likeness()
    ]
    return Situation(
        name="classes of pairs",
        task_name="text-classification",
        options={},
        metric="accuracy",
        column="label",
        answers=("alike", "other"),
        train=rows[:-6],
        held_out=rows[-6:],
        pairs=True,
    )


def _ratings() -> Situation:
    stars: Callable[[str], float] = {"positive": 4.5, "negative": 1.0, "question": 3.0}.__getitem__
    three = ("positive", "negative", "question")
    return Situation(
        name="numbers of texts",
        task_name="text-regression",
        options={},
        metric="mse",
        column="value",
        answers=(1.0, 4.5),
        train=[(text, "", stars(label)) for text, label in reviews(three)],
        held_out=[(text, "", stars(label)) for text, label in HELD_OUT],
    )


SITUATIONS = (
    _classes("positive", "negative"),
    _classes("positive", "negative", "question"),
    _labels(),
    _paired_classes(),
    _pairs(),
    _ratings(),
)
