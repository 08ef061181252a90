"""Rows to score in every form that a metric takes: gold answers, good ones and poor ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.evaluation import scoring
from pipeline.evaluation.forms import (
    CLASS_IDS,
    LABEL_SETS,
    LANGUAGE,
    MASKED,
    NUMBERS,
    Form,
)
from pipeline.evaluation.text_forms import SPANS, TAGS, TEXTS
from pipeline.ragged import objects

WORDS = (
    "the", "a", "cat", "dog", "house", "river", "sees", "finds", "old", "green", "in", "at",
    "on", "under", ".", ",", "강", "고양이",
)  # fmt: skip
TAG_NAMES = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG")


@dataclass(frozen=True)
class Rows:
    """N rows of one form, and two contenders, of which the first is the better one."""

    references: np.ndarray
    good: np.ndarray
    poor: np.ndarray
    labels: tuple[str, ...] = ()

    def __getitem__(self, rows: np.ndarray) -> Rows:
        return Rows(self.references[rows], self.good[rows], self.poor[rows], self.labels)


def rows(form: Form, *, count: int = 120, seed: int = 0) -> Rows:
    """The same rows for the same seed."""
    return MAKERS[form](count, np.random.default_rng(seed))


def of_class_ids(metrics: tuple[str, ...] = scoring.available_metrics()) -> list[str]:
    """Metrics that take class ids."""
    return [metric for metric in metrics if CLASS_IDS in scoring.load(metric).forms]


def each_form() -> list[tuple[str, Form]]:
    """Every metric with every form that it takes."""
    return [
        (metric, form)
        for metric in scoring.available_metrics()
        for form in scoring.load(metric).forms
    ]


def named(value: object) -> str:
    """A form as a test's name has it."""
    return f"{value.words}, {value.ndim} axes" if isinstance(value, Form) else str(value)


def sentence(rng: np.random.Generator, least: int = 0) -> list[str]:
    return [str(word) for word in rng.choice(WORDS, rng.integers(least, 14))]


def changed(words: list[str], share: float, rng: np.random.Generator) -> str:
    """A sentence of which about that share of words is another, with one lost or doubled."""
    kept = [word if rng.random() > share else str(rng.choice(WORDS)) for word in words]
    cut = int(rng.integers(0, len(kept) + 1))
    return " ".join(kept[:cut] if rng.random() < share / 2 else kept + kept[:1])


def _class_ids(count: int, rng: np.random.Generator) -> Rows:
    gold = rng.integers(0, 4, count)
    good, poor = (
        np.where(rng.random(count) < error, rng.integers(0, 4, count), gold)
        for error in (0.15, 0.6)
    )
    return Rows(gold, good, poor, tuple("abcd"))


def _label_sets(count: int, rng: np.random.Generator) -> Rows:
    gold = (rng.random((count, 5)) < 0.3).astype(np.int64)
    good, poor = (np.where(rng.random(gold.shape) < error, 1 - gold, gold) for error in (0.05, 0.3))
    return Rows(gold, good, poor, tuple("vwxyz"))


def _numbers(count: int, rng: np.random.Generator) -> Rows:
    gold = rng.normal(3, 2, count).round(1)
    good, poor = (gold + rng.normal(0, error, count) for error in (0.5, 3.0))
    return Rows(gold, good, poor)


def _language(count: int, rng: np.random.Generator) -> Rows:
    words = rng.integers(2, 30, count).astype(np.float64)
    references = np.stack([words * rng.uniform(4, 7, count).round(), words], axis=1)
    good, poor = (
        np.stack([words * rng.uniform(least, least + 2, count), words * 2], axis=1)
        for least in (3, 5)
    )
    return Rows(references, good, poor)


def _masked(count: int, rng: np.random.Generator) -> Rows:
    masked = rng.integers(0, 6, count)
    masked[0] = 3
    good, poor = (
        np.stack(
            [rng.binomial(masked, right), masked * rng.uniform(least, least + 1, count), masked],
            axis=1,
        ).astype(np.float64)
        for right, least in ((0.8, 0.5), (0.3, 2))
    )
    return Rows(np.ones((count, 1)), good, poor)


def _tags(count: int, rng: np.random.Generator) -> Rows:
    lengths = rng.integers(1, 15, count)
    chances = (0.4, 0.15, 0.1, 0.15, 0.05, 0.1, 0.05)
    gold = [rng.choice(TAG_NAMES, length, p=chances) for length in lengths]
    good, poor = (
        objects(
            tuple(str(tag) if rng.random() > error else str(rng.choice(TAG_NAMES)) for tag in row)
            for row in gold
        )
        for error in (0.05, 0.4)
    )
    return Rows(objects(tuple(map(str, row)) for row in gold), good, poor)


def _spans(count: int, rng: np.random.Generator) -> Rows:
    gold = [
        tuple(" ".join(sentence(rng, 1)[:3]) for _ in range(rng.integers(0, 4)))
        for _ in range(count)
    ]
    good, poor = (
        objects(
            (row[0] if row else "") if rng.random() > error else " ".join(sentence(rng)[:3])
            for row in gold
        )
        for error in (0.1, 0.6)
    )
    return Rows(objects(gold), good, poor)


def _texts(count: int, rng: np.random.Generator) -> Rows:
    gold = [[sentence(rng, 4) for _ in range(rng.integers(1, 4))] for _ in range(count)]
    good, poor = (objects(changed(row[0], error, rng) for row in gold) for error in (0.1, 0.7))
    return Rows(objects(tuple(map(" ".join, row)) for row in gold), good, poor)


MAKERS: dict[Form, Callable[[int, np.random.Generator], Rows]] = {
    CLASS_IDS: _class_ids,
    LABEL_SETS: _label_sets,
    NUMBERS: _numbers,
    LANGUAGE: _language,
    MASKED: _masked,
    TAGS: _tags,
    SPANS: _spans,
    TEXTS: _texts,
}
