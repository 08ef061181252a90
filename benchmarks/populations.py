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
        usual: error of the contender that is compared; large enough that one may be better by
            twice what 60 rows detect.
        groups: (N,) ints, ascending, where rows hang together.
    """

    metric: str
    references: np.ndarray
    draw: Draw
    labels: tuple[str, ...] = ()
    usual: float = 0.3
    groups: np.ndarray | None = None

    def statistics(self, answers: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """(N, K) float64 of a contender's answers on these rows, or on all of them.

        They are counted on the rows themselves, as a run does it: ranks are those among them.
        """
        chosen = slice(None) if rows is None else rows
        return scoring.statistics(
            self.metric, self.references[chosen], answers[chosen], self.labels
        )

    def test_set(self, rows: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray | None]:
        """Rows drawn from the population, and their groups: groups are drawn whole.

        Of groups so many are drawn that so many rows are expected.
        """
        if self.groups is None:
            return rng.integers(0, len(self.references), rows), None
        every = np.split(np.arange(len(self.groups)), np.flatnonzero(np.diff(self.groups)) + 1)
        number = round(rows * len(every) / len(self.groups))
        drawn = [every[at] for at in rng.integers(0, len(every), number)]
        return np.concatenate(drawn), np.repeat(np.arange(number), list(map(len, drawn)))


def classes(
    metric: str, rows: int, rng: np.random.Generator, shares: Sequence[float] = FIVE
) -> Population:
    """Classes of these shares."""
    number = len(shares)
    gold = rng.choice(number, rows, p=shares)
    hard = rng.beta(1, 2, rows)

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        guessed = own.choice(number, rows, p=shares)
        return np.where(own.random(rows) < _chance(error, hard), guessed, gold)

    return Population(metric, gold, draw, tuple(map(str, range(number))), usual=0.7)


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
    """A right text a row, of 3 words or more."""
    right, misread = _wordings(rng.integers(3, longest + 1, rows), vocabulary, rng)
    hard = rng.beta(1, 2, rows)

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        return misread(_chance(error, hard), own)

    return Population(metric, right, draw)


def questions(metric: str, rows: int, rng: np.random.Generator) -> Population:
    """One to nine questions a passage, answers of 1 to 4 words.

    Passages are hard or easy as a whole: to all, and to each contender in its own way.
    """
    right, misread = _wordings(rng.integers(1, 5, rows), 5_000, rng)
    passages = np.repeat(np.arange(rows), rng.integers(1, 10, rows))[:rows]
    hard = rng.beta(1, 2, rows)

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        to_it = (hard + own.beta(1, 2, rows))[passages] / 2
        return misread(_chance(error, to_it), own)

    return Population(metric, right, draw, usual=0.7, groups=passages)


def _wordings(
    lengths: np.ndarray, vocabulary: int, rng: np.random.Generator
) -> tuple[np.ndarray, Callable[[np.ndarray, np.random.Generator], np.ndarray]]:
    """Texts of so many words each, frequent ones by Zipf's law, and how they are misread.

    Returns:
        (N,) of one right text each; and what makes (N,) answers of the chance, (N,), that a word
        of a row is wrong: it is another, or is left out.
    """
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    spelt = ("".join(rng.choice(letters, rng.integers(2, 9))) for _ in range(vocabulary))
    words = np.array(list(spelt))
    shares = 1 / np.arange(2, vocabulary + 2)
    shares /= shares.sum()
    gold = rng.choice(vocabulary, lengths.sum(), p=shares)
    ends = np.cumsum(lengths)

    def misread(chance: np.ndarray, own: np.random.Generator) -> np.ndarray:
        wrong = own.random(len(gold)) < np.repeat(chance, lengths)
        said = np.where(wrong, own.choice(vocabulary, len(gold), p=shares), gold)
        kept = ~wrong | (own.random(len(gold)) > 0.2)
        return objects(map(" ".join, _cut(words[said[kept]].tolist(), np.cumsum(kept)[ends - 1])))

    return objects((" ".join(text),) for text in _cut(words[gold].tolist(), ends)), misread


def language(metric: str, rows: int, rng: np.random.Generator) -> Population:
    """Texts of very different lengths, and nats a word of a heavy-tailed kind."""
    words = np.ceil(rng.lognormal(2.5, 0.8, rows))

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        nats = words * (5 + 2 * min(error, 1.0)) * own.lognormal(-0.02, 0.2, rows)
        return np.stack([nats, words], axis=1)

    return Population(metric, np.stack([5 * words, words], axis=1), draw, usual=0.8)


def masked(metric: str, rows: int, rng: np.random.Generator) -> Population:
    """A token in seven of such texts is hidden."""
    hidden = np.ceil(rng.lognormal(2.5, 0.8, rows) * 0.15)

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        nats = hidden * (1 + 5 * error) * own.lognormal(-0.08, 0.4, rows)
        return np.stack([own.binomial(hidden.astype(int), 1 - error), nats, hidden], axis=1)

    return Population(metric, np.ones((rows, 1)), draw)


def numbers(metric: str, rows: int, rng: np.random.Generator) -> Population:
    """Grades from 0 to 5 in tenths, as means over judges are.

    What makes a row hard misleads all contenders half alike. Each answers on a scale of its own,
    which correlations do not see.
    """
    gold = np.clip(rng.normal(2.6, 1.5, rows), 0, 5).round(1)
    hard, shared = 3 * rng.beta(1, 2, rows), rng.normal(0, 1, rows)

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        noise = 1.5 * hard * (shared + own.normal(0, 1, rows)) / 2**0.5
        known = (1 - error) * (gold - 2.6) + error * noise
        return 2.6 + own.lognormal(0, 1) * known

    return Population(metric, gold, draw, usual=0.8)


def _chance(error: float, hard: np.ndarray) -> np.ndarray:
    """How likely each row is to be wrong, from how hard it is, between 0 and 1."""
    return np.ones(len(hard)) if error >= 1 else np.minimum(3 * error * hard, 1)


def _cut(items: list[str], ends: np.ndarray) -> list[list[str]]:
    """Items end to end as rows that end there."""
    last = ends.tolist()
    return [items[start:end] for start, end in zip([0, *last[:-1]], last, strict=True)]
