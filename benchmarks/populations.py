"""Rows of every form that metrics take, and contenders of any quality on them.

Rows are harder or easier for all contenders, so that answers agree as those of real ones do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.evaluation import scoring
from pipeline.ragged import objects

Draw = Callable[[float, np.random.Generator], np.ndarray]
"""Answers (of the population's rows) of a contender that errs so much, between 0 and 1."""

FIVE = (0.4, 0.3, 0.15, 0.1, 0.05)
"""Shares of five classes of very different sizes."""


@dataclass(frozen=True)
class Population:
    """Rows of one metric's form.

    Attributes:
        draw: answers of a contender; an error of 1 knows nothing of the row.
        usual: error of the contender that is compared.
        groups: (N,) ints where rows hang together.
    """

    metric: str
    references: np.ndarray
    draw: Draw
    labels: tuple[str, ...] = ()
    usual: float = 0.3
    groups: np.ndarray | None = None

    def statistics(self, error: float, rng: np.random.Generator) -> np.ndarray:
        """(N, K) float64 of a contender on the whole population."""
        answers = self.draw(error, rng)
        return scoring.statistics(self.metric, self.references, answers, self.labels)


def classes(
    metric: str, rows: int, rng: np.random.Generator, shares: Sequence[float] = FIVE
) -> Population:
    """Classes of these shares."""
    number = len(shares)
    gold = rng.choice(number, rows, p=shares)
    hard = rng.beta(1, 2, rows)

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        guessed = own.choice(number, rows, p=shares)
        chance = np.ones(rows) if error >= 1 else np.minimum(3 * error * hard, 1)
        return np.where(own.random(rows) < chance, guessed, gold)

    return Population(metric, gold, draw, tuple(map(str, range(number))))


def label_sets(metric: str, rows: int, rng: np.random.Generator, number: int = 20) -> Population:
    """Two labels of twenty a row on average, some far more frequent than others."""
    share = np.geomspace(0.4, 0.01, number)
    gold = rng.random((rows, number)) < share

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        wrong = own.random(gold.shape) < error
        return np.where(wrong, own.random(gold.shape) < share, gold).astype(np.int64)

    return Population(metric, gold.astype(np.int64), draw, tuple(map(str, range(number))))


def tags(metric: str, rows: int, rng: np.random.Generator) -> Population:
    """Sentences of 3 to 15 words, a word in four an entity of one of three types."""
    names = np.array(["O", "B-PER", "B-LOC", "B-ORG"])
    chances = (0.75, 0.1, 0.1, 0.05)
    ends = np.cumsum(rng.integers(3, 16, rows))
    gold = rng.choice(4, ends[-1], p=chances)

    def cut(numbers: np.ndarray) -> np.ndarray:
        return objects(map(tuple, _cut(names[numbers].tolist(), ends)))

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        wrong = own.random(len(gold)) < error
        return cut(np.where(wrong, own.choice(4, len(gold), p=chances), gold))

    return Population(metric, cut(gold), draw)


def texts(
    metric: str, rows: int, rng: np.random.Generator, *, vocabulary: int = 50, longest: int = 8
) -> Population:
    """A right text a row, of 3 words or more; frequent words are so by Zipf's law."""
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    spelt = ("".join(rng.choice(letters, rng.integers(2, 9))) for _ in range(vocabulary))
    words = np.array(list(spelt))
    shares = 1 / np.arange(2, vocabulary + 2)
    shares /= shares.sum()
    ends = np.cumsum(rng.integers(3, longest + 1, rows))
    gold = rng.choice(vocabulary, ends[-1], p=shares)

    def written(numbers: np.ndarray) -> list[str]:
        return list(map(" ".join, _cut(words[numbers].tolist(), ends)))

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        wrong = own.random(len(gold)) < error
        return objects(written(np.where(wrong, own.choice(vocabulary, len(gold), p=shares), gold)))

    return Population(metric, objects((text,) for text in written(gold)), draw)


def questions(metric: str, rows: int, rng: np.random.Generator) -> Population:
    """Five questions a passage, which is hard or easy as a whole; answers of 1 to 4 words."""
    answers = texts(metric, rows, rng, vocabulary=5_000, longest=4)
    groups = np.arange(rows) // 5
    hard = rng.beta(1, 2, groups[-1] + 1)[groups]

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        wrong = own.random(rows) < (1 if error >= 1 else np.minimum(3 * error * hard, 1))
        right = np.fromiter((row[0] for row in answers.references), dtype=object)
        return np.where(wrong, answers.draw(0.5, own), right)

    return Population(metric, answers.references, draw, groups=groups)


def language(metric: str, rows: int, rng: np.random.Generator) -> Population:
    """Texts of very different lengths, and nats a word of a heavy-tailed kind."""
    words = np.ceil(rng.lognormal(2.5, 0.8, rows))

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        nats = words * (5 + 2 * min(error, 1.0)) * own.lognormal(-0.02, 0.2, rows)
        return np.stack([nats, words], axis=1)

    # Far from the best there is, so that one may be better by all that 60 rows detect, twice.
    return Population(metric, np.stack([5 * words, words], axis=1), draw, usual=0.8)


def masked(metric: str, rows: int, rng: np.random.Generator) -> Population:
    """A token in seven of such texts is hidden."""
    hidden = np.ceil(rng.lognormal(2.5, 0.8, rows) * 0.15)

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        nats = hidden * (1 + 5 * error) * own.lognormal(-0.08, 0.4, rows)
        return np.stack([own.binomial(hidden.astype(int), 1 - error), nats, hidden], axis=1)

    return Population(metric, np.ones((rows, 1)), draw)


def numbers(metric: str, rows: int, rng: np.random.Generator) -> Population:
    """Grades from 0 to 5 in steps of a fifth, as judges give them."""
    gold = np.clip(rng.normal(2.6, 1.5, rows), 0, 5).round(1)

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        return (1 - error) * gold + error * own.normal(2.6, 1.5, rows)

    return Population(metric, gold, draw)


def _cut(items: list[str], ends: np.ndarray) -> list[list[str]]:
    """Items end to end as rows that end there."""
    last = ends.tolist()
    return [items[start:end] for start, end in zip([0, *last[:-1]], last, strict=True)]
