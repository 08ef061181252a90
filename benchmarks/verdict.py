"""Is the verdict right as often as it says? Contenders of known worth, compared again and again.

For each metric a population of 20,000 rows is drawn, and what contenders of known quality answer
to each; a test set is a draw of rows from it, of whole passages where rows hang together. Three
cases are judged 200 times:

* ``copies``: two trainings of one contender, equally good, that err on different rows;
* ``permuted``: contenders that learnt from permuted labels, whose answers know nothing of the row;
* ``planted``: one is better by twice what the test set is said to detect.

"Better" is to be said in at most 5% of the first two, and in at least 80% of the third. Two
identical contenders are never told apart; that is a test, not a measurement.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks import populations
from benchmarks.populations import Population
from pipeline.evaluation import comparison, scoring
from pipeline.evaluation.spec import EvaluationSpec

_TRIALS = 200
_POPULATION = 20_000
_AT_MOST, _AT_LEAST = 0.05, 0.80
_TRAININGS = 12
"""Of each contender: no two are quite as good as each other on a population of so many rows, so
that of one pair all test sets would show the same luck."""
_RESAMPLES = 2_000
"""Fewer than a run's 10,000, so that hundreds of verdicts take minutes."""


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
            rows, groups = self.population.test_set(self.rows, rng)
            if ours == theirs:
                # Of two alike, one is a little better on a population of so many rows.
                rng.shuffle(pools)
            ours_and_theirs = (self._drawn(pool, rows, rng) for pool in pools)
            found = comparison.compare(
                metric, *ours_and_theirs, spec=spec, seed=trial, groups=groups
            )
            said += found.better is True
        return said / self.trials

    def _drawn(
        self, pool: list[np.ndarray], rows: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """(S, N, K) of these rows, by trainings drawn from the pool."""
        chosen = rng.choice(len(pool), self.seeds, replace=False)
        return np.stack([self.population.statistics(pool[number], rows) for number in chosen])

    def _pool(
        self, error: float, rng: np.random.Generator, trainings: int = _TRAININGS
    ) -> list[np.ndarray]:
        """Answers of trainings of one contender; several seeds differ, about the same mean."""
        spread = 0.1 if self.seeds > 1 and error < 1 else 0.0
        errors = error * (1 + spread * np.linspace(-1.5, 1.5, trainings))
        return [self.population.draw(min(each, 1.0), rng) for each in errors]

    def _better(self, rng: np.random.Generator) -> float:
        """The error of a contender that is better by twice what the rows detect, by halving."""
        metric, usual = scoring.load(self.population.metric), self.population.usual
        trainings = _TRAININGS if self.seeds > 1 else 1
        base = self._pool(usual, rng, trainings)
        reached = self._worth(base)
        low, high = 0.0, usual
        for _ in range(7):
            middle = (low + high) / 2
            pool = self._pool(middle, rng, trainings)
            won = abs(self._worth(pool) - reached)
            detectable = np.median(
                [self._detectable(metric, pool, base, at, rng) for at in range(5)]
            )
            if won > 2 * detectable:
                low = middle
            else:
                high = middle
        if not low:
            raise ValueError(f"no contender is better by twice what {self.rows} rows detect")
        return low

    def _worth(self, pool: list[np.ndarray]) -> float:
        """Mean score of trainings on the whole population."""
        metric = scoring.load(self.population.metric)
        totals = [self.population.statistics(each).sum(axis=0) for each in pool]
        return float(np.mean([metric.finish(each) for each in totals]))

    def _detectable(
        self,
        metric: scoring.Metric,
        pool: list[np.ndarray],
        base: list[np.ndarray],
        seed: int,
        rng: np.random.Generator,
    ) -> float:
        rows, groups = self.population.test_set(self.rows, rng)
        return comparison.compare(
            metric,
            *(self._drawn(one, rows, rng) for one in (pool, base)),
            spec=EvaluationSpec(resamples=1_000),
            seed=seed,
            groups=groups,
        ).detectable


_CASES = (
    ("accuracy", populations.classes),
    ("macro_f1", populations.classes),
    ("mcc", populations.classes),
    ("span_f1", populations.tags),
    ("answer_f1", populations.questions),
    ("rouge_1", populations.texts),
    ("rouge_2", populations.texts),
    ("rouge_l", populations.texts),
    ("bleu", populations.texts),
    ("chrf", populations.texts),
    ("pearson", populations.numbers),
    ("spearman", populations.numbers),
    ("bits_per_byte", populations.language),
)
_SIZES = (60, 300)
_OF_SEEDS = ("accuracy", "bits_per_byte")
"""Metrics that are judged over several seeds too."""


def pairs() -> Iterator[Calibration]:
    """Test sets of a few hundred rows, as people have them, and one that is small."""
    for metric, make in _CASES:
        population = make(metric, _POPULATION, np.random.default_rng(0))
        for rows in _SIZES:
            yield Calibration(population, rows)
        if metric in _OF_SEEDS:
            yield Calibration(population, _SIZES[-1], seeds=3)
