"""Is the verdict right as often as it says? Contenders of known worth, compared again and again.

For each metric a population of 20,000 rows is drawn, and what contenders of known quality add to
its sums on every row; a test set is a draw of rows from it. Three cases are judged 200 times:

* ``copies``: two trainings of one contender, equally good, that err on different rows;
* ``permuted``: contenders that learnt from permuted labels, whose answers know nothing of the row;
* ``planted``: one is better by twice what the test set is said to detect.

"Better" is to be said in at most 5% of the first two, and in at least 80% of the third. Two
identical contenders are never told apart; that is a test, not a measurement.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.evaluation import comparison, scoring
from pipeline.evaluation.spec import EvaluationSpec
from pipeline.ragged import objects

_TRIALS = 200
_POPULATION = 20_000
_AT_MOST, _AT_LEAST = 0.05, 0.80
_RESAMPLES = 2_000
"""Fewer than a run's 10,000, so that hundreds of verdicts take minutes."""

Draw = Callable[[float, np.random.Generator], np.ndarray]
"""Answers (of the population's rows) of a contender that errs so much, between 0 and 1."""


@dataclass(frozen=True)
class Population:
    """Rows of one metric's form, and contenders of any quality on them.

    Attributes:
        draw: answers of a contender; an error of 1 knows nothing of the row.
        usual: error of the contender that is compared.
    """

    metric: str
    references: np.ndarray
    draw: Draw
    labels: tuple[str, ...] = ()
    usual: float = 0.3

    def statistics(self, error: float, rng: np.random.Generator) -> np.ndarray:
        """(N, K) float64 of a contender on the whole population."""
        answers = self.draw(error, rng)
        return scoring.statistics(self.metric, self.references, answers, self.labels)


@dataclass(frozen=True)
class Calibration:
    """How often "better" was said.

    Attributes:
        seeds: trainings of each contender; they differ in how much they err.
    """

    population: Population
    rows: int
    seeds: int = 1
    trials: int = _TRIALS

    def run(self) -> str:
        """A line with the three shares, and whether they are as they should be."""
        started = time.perf_counter()
        shares = self.shares()
        right = max(shares["copies"], shares["permuted"]) <= _AT_MOST
        right = right and shares["planted"] >= _AT_LEAST
        seeds = f", {self.seeds} seeds each" if self.seeds > 1 else ""
        return (
            f"verdict, {self.population.metric}, {self.rows:,} rows{seeds}: 'better' in"
            f" {shares['copies']:.1%} of copies, {shares['permuted']:.1%} of permuted,"
            f" {shares['planted']:.1%} of planted ({self.trials} each,"
            f" {'as it should be' if right else 'NOT CALIBRATED'},"
            f" {time.perf_counter() - started:.0f} s, load {os.getloadavg()[0]:.1f})"
        )

    def shares(self) -> dict[str, float]:
        """Share of the trials of each case in which the first contender was called better."""
        rng = np.random.default_rng(7)
        usual = self.population.usual
        return {
            "copies": self._share(usual, usual, rng),
            "permuted": self._share(1.0, 1.0, rng),
            "planted": self._share(self._better(rng), usual, rng),
        }

    def _share(self, ours: float, theirs: float, rng: np.random.Generator) -> float:
        metric = scoring.load(self.population.metric)
        spec = EvaluationSpec(resamples=_RESAMPLES)
        pools = [self._pool(error, rng) for error in (ours, theirs)]
        said = 0
        for trial in range(self.trials):
            rows = rng.integers(0, len(self.population.references), self.rows)
            ours_and_theirs = (self._drawn(pool, rows, rng) for pool in pools)
            found = comparison.compare(metric, *ours_and_theirs, spec=spec, seed=trial)
            said += found.better is True
        return said / self.trials

    def _drawn(
        self, pool: list[np.ndarray], rows: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """(S, N, K) of these rows, by trainings drawn from the pool."""
        chosen = rng.choice(len(pool), self.seeds, replace=False)
        return np.stack([pool[number][rows] for number in chosen])

    def _pool(self, error: float, rng: np.random.Generator) -> list[np.ndarray]:
        """Trainings of one contender; several seeds differ in quality, about the same mean."""
        if self.seeds == 1:
            return [self.population.statistics(error, rng)]
        errors = error * (1 + 0.1 * np.linspace(-1.5, 1.5, 12))
        return [self.population.statistics(min(each, 1.0), rng) for each in errors]

    def _better(self, rng: np.random.Generator) -> float:
        """The error of a contender that is better by twice what the rows detect, by halving."""
        metric, usual = scoring.load(self.population.metric), self.population.usual
        base = self._pool(usual, rng)
        low, high = 0.0, usual
        for _ in range(7):
            middle = (low + high) / 2
            pool = self._pool(middle, rng)
            truth = [np.mean([metric.finish(each.sum(axis=0)) for each in one])
                     for one in (pool, base)]  # fmt: skip
            rows = rng.integers(0, _POPULATION, self.rows)
            detectable = np.median([
                comparison.compare(
                    metric,
                    *(self._drawn(one, rows, rng) for one in (pool, base)),
                    spec=EvaluationSpec(resamples=1_000),
                    seed=at,
                ).detectable
                for at in range(5)
            ])  # fmt: skip
            if abs(truth[0] - truth[1]) > 2 * detectable:
                low = middle
            else:
                high = middle
        return low


def pairs() -> Iterator[Calibration]:
    """Test sets of a few hundred rows, as people have them, and one that is small."""
    rng = np.random.default_rng(0)
    for population in (_classes("accuracy", rng), _classes("macro_f1", rng), _tags(rng),
                       _texts(rng), _language(rng)):  # fmt: skip
        for rows in (60, 300):
            yield Calibration(population, rows)
    for population in (_classes("accuracy", rng), _language(rng)):
        yield Calibration(population, 300, seeds=3)


def _classes(metric: str, rng: np.random.Generator) -> Population:
    """Five classes of very different sizes; rows are harder or easier for all contenders."""
    shares = np.array([0.4, 0.3, 0.15, 0.1, 0.05])
    gold = rng.choice(5, _POPULATION, p=shares)
    hard = rng.beta(1, 2, _POPULATION)

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        guessed = own.choice(5, _POPULATION, p=shares)
        chance = np.ones(_POPULATION) if error >= 1 else np.minimum(3 * error * hard, 1)
        return np.where(own.random(_POPULATION) < chance, guessed, gold)

    return Population(metric, gold, draw, tuple("abcde"))


def _tags(rng: np.random.Generator) -> Population:
    """Sentences of 3 to 15 words, a word in four an entity of one of three types."""
    names = np.array(["O", "B-PER", "B-LOC", "B-ORG"])
    chances = (0.75, 0.1, 0.1, 0.05)
    ends = np.cumsum(rng.integers(3, 16, _POPULATION))
    gold = rng.choice(names, ends[-1], p=chances)

    def cut(tags: np.ndarray) -> np.ndarray:
        return objects(tuple(map(str, part)) for part in np.split(tags, ends[:-1]))

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        wrong = own.random(len(gold)) < error
        return cut(np.where(wrong, own.choice(names, len(gold), p=chances), gold))

    return Population("span_f1", cut(gold), draw)


def _texts(rng: np.random.Generator) -> Population:
    """ROUGE as a mean over rows of shares of words; the words are drawn, not written."""
    words = np.array([f"w{number}" for number in range(50)])
    gold = [rng.choice(words, length) for length in rng.integers(3, 9, _POPULATION)]

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        return objects(
            " ".join(np.where(own.random(len(row)) < error, own.choice(words, len(row)), row))
            for row in gold
        )

    return Population("rouge_1", objects((" ".join(row),) for row in gold), draw)


def _language(rng: np.random.Generator) -> Population:
    """Texts of very different lengths, and nats a word of a heavy-tailed kind."""
    words = np.ceil(rng.lognormal(2.5, 0.8, _POPULATION))
    references = np.stack([5 * words, words], axis=1)

    def draw(error: float, own: np.random.Generator) -> np.ndarray:
        level = 5 + 2 * min(error, 1.0)
        nats = words * level * own.lognormal(-0.02, 0.2, _POPULATION)
        return np.stack([nats, words], axis=1)

    return Population("bits_per_byte", references, draw)
