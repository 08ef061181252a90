"""How long the verdict's statistics take on 100,000 test rows, for every metric.

Timed are the interval of one contender's score, and the paired comparison of two (interval and
test), both with the 10,000 resamples of a run. What each row adds to a metric's sums is counted
before: that is scoring, which is timed beside it. Seconds are those of the processor, which one
thread takes on a machine with nothing else to do: set OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks import populations
from benchmarks.populations import Population
from pipeline.evaluation import comparison, scoring, significance
from pipeline.evaluation.spec import EvaluationSpec

_ROWS = 100_000
_REPEATS = 3

Make = Callable[[str, int, np.random.Generator], Population]


@dataclass(frozen=True)
class Comparing:
    """One metric on rows of one form.

    Attributes:
        what: the rows in words.
        seeds: trainings of each contender.
    """

    metric: str
    what: str
    make: Make
    seeds: int = 1

    def run(self) -> str:
        """A line with medians in seconds of the processor."""
        rng = np.random.default_rng(0)
        population = self.make(self.metric, _ROWS, rng)
        started = time.process_time()
        ours, theirs = (self._statistics(population, error, rng) for error in (0.28, 0.3))
        scored = (time.process_time() - started) / (2 * self.seeds)
        metric, spec = scoring.load(self.metric), EvaluationSpec()
        alone = partial(
            significance.interval, ours, metric.finish,
            resamples=spec.resamples, confidence=spec.confidence, seed=0, groups=population.groups,
        )  # fmt: skip
        both = partial(
            comparison.compare, metric, ours, theirs, spec=spec, seed=0, groups=population.groups
        )
        interval, compared = _median(alone), _median(both)
        return (
            f"{self.metric}, {_ROWS:,} rows, {self.what}: interval {interval:.2f} s,"
            f" paired comparison {compared:.2f} s{'' if compared < 1 else ', OVER A SECOND'}"
            f" (a contender is drawn and scored in {scored:.1f} s; median of {_REPEATS},"
            f" load {os.getloadavg()[0]:.1f})"
        )

    def _statistics(
        self, population: Population, error: float, rng: np.random.Generator
    ) -> np.ndarray:
        """(N, K), or (S, N, K) of several seeds."""
        drawn = [population.statistics(population.draw(error, rng)) for _ in range(self.seeds)]
        return np.stack(drawn) if self.seeds > 1 else drawn[0]


def pairs() -> Iterator[Comparing]:
    """Every metric, on rows such as people have."""
    shares = 1 / np.arange(3, 80)
    many = partial(populations.classes, shares=shares / shares.sum())
    long = partial(populations.texts, vocabulary=5_000, longest=15)
    yield Comparing("accuracy", "77 classes", many)
    yield Comparing("macro_f1", "5 classes", populations.classes)
    yield Comparing("macro_f1", "77 classes", many)
    yield Comparing("macro_f1", "77 classes, 3 seeds each", many, seeds=3)
    yield Comparing("mcc", "77 classes", many)
    for metric in ("macro_f1", "micro_f1", "subset_accuracy"):
        yield Comparing(metric, "sets of 20 labels", populations.label_sets)
    for metric in ("span_f1", "token_accuracy"):
        yield Comparing(metric, "sentences", populations.tags)
    for metric in ("exact_match", "answer_f1"):
        yield Comparing(metric, "questions of passages", populations.questions)
    for metric in ("rouge_1", "rouge_2", "rouge_l", "bleu", "chrf"):
        yield Comparing(metric, "texts of 3 to 15 words", long)
    for metric in ("bits_per_byte", "perplexity"):
        yield Comparing(metric, "texts", populations.language)
    yield Comparing("bits_per_byte", "texts, 3 seeds each", populations.language, seeds=3)
    for metric in ("masked_accuracy", "masked_perplexity"):
        yield Comparing(metric, "texts", populations.masked)
    for metric in ("mae", "mse", "pearson", "spearman"):
        yield Comparing(metric, "numbers", populations.numbers)


def _median(work: Callable[[], object]) -> float:
    """Seconds of the processor, after one that is not counted."""
    times = []
    for _ in range(_REPEATS + 1):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return statistics.median(times[1:])
