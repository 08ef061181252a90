"""Paired resamples of macro-F1 by cells against a loop over scikit-learn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.timing import Pair

_ROWS, _CLASSES = 3080, 77
_RESAMPLES = 1_000


def pairs() -> Iterator[Pair]:
    """A thousand resamples either way."""
    from sklearn.metrics import f1_score

    from pipeline.evaluation import scoring, significance

    draw = np.random.default_rng(0)
    gold = draw.integers(0, _CLASSES, _ROWS)
    answers = [
        np.where(draw.random(_ROWS) < right, gold, draw.integers(0, _CLASSES, _ROWS))
        for right in (0.9, 0.85)
    ]
    labels = [str(n) for n in range(_CLASSES)]
    finish = scoring.load("macro_f1").finish

    def ours() -> object:
        one, two = (scoring.statistics("macro_f1", gold, item, labels) for item in answers)
        return significance.paired_interval(
            one, two, finish, resamples=_RESAMPLES, confidence=0.95, seed=0
        )

    def theirs() -> object:
        rows = draw.integers(0, _ROWS, (_RESAMPLES, _ROWS))
        return [
            f1_score(gold[chosen], answer[chosen], average="macro", zero_division=0)
            for chosen in rows
            for answer in answers
        ]

    yield Pair(
        f"{_RESAMPLES:,} paired resamples of macro-F1, {_ROWS:,} rows, {_CLASSES} classes",
        ("by cells", ours),
        ("loop over scikit-learn", theirs),
        repeats=3,
    )
