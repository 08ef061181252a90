"""Many contenders: Holm over all tests, and the front of quality against cost."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.contracts import Kind
from pipeline.evaluation import paired_tests, ranking, scoring
from pipeline.evaluation.ranking import COSTS, Competitor
from pipeline.evaluation.spec import EvaluationSpec


def competitor(
    name: str, score: float, costs: tuple[float, float, float], *, kind: Kind = "fine-tuned",
    validation: float = 0.5,
) -> Competitor:  # fmt: skip
    return Competitor(
        name=name,
        kind=kind,
        run="r",
        score=score,
        interval=(0.0, 1.0),
        validation_score=validation,
        validation_metric="accuracy",
        seeds=1,
        costs=dict(zip(COSTS, costs, strict=True)),
    )


def test_holm_raises_the_smallest_most_and_never_crosses() -> None:
    # Holm 1979: 0.01 x 4, 0.02 x 3, then no less than what stands before.
    assert paired_tests.holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert paired_tests.holm([0.9, 0.8]) == [1.0, 1.0]
    assert paired_tests.holm([]) == []


def test_the_front_is_where_nothing_is_cheaper_and_better() -> None:
    found = ranking.with_fronts(
        [
            competitor("best", 0.9, (100, 5, 90)),
            competitor("worse and dearer", 0.8, (200, 5, 90)),
            competitor("cheap", 0.7, (1, 1, 1)),
            competitor("bad and cheap", 0.6, (1, 9, 0.5)),
        ],
        higher_is_better=True,
    )
    fronts = {one.name: one.fronts for one in found}
    assert fronts["best"] == COSTS
    assert fronts["worse and dearer"] == ()
    assert fronts["cheap"] == COSTS
    assert fronts["bad and cheap"] == ("MB",)


def test_where_less_is_better_the_front_turns() -> None:
    pair = [competitor("low", 1.0, (9, 9, 9)), competitor("high", 2.0, (9, 9, 9))]
    found = ranking.with_fronts(pair, higher_is_better=False)
    assert [one.fronts for one in found] == [COSTS, ()]


def test_only_the_baseline_that_is_best_on_validation_is_matched() -> None:
    rng = np.random.default_rng(0)
    gold = np.zeros(400, dtype=int)
    scores = {"a": 0.9, "b": 0.9, "tfidf": 0.6, "lucky": 0.7}
    entrants = []
    for name, right in scores.items():
        answers = (rng.random(400) > right).astype(int)
        kind: Kind = "baseline" if name in ("tfidf", "lucky") else "fine-tuned"
        validation = 0.8 if name == "tfidf" else 0.2
        entrants.append((
            competitor(name, right, (1, 1, 1), kind=kind, validation=validation),
            scoring.statistics("accuracy", gold, answers, ("x", "y"))[None],
        ))  # fmt: skip
    found = ranking.matched(
        entrants, metric=scoring.load("accuracy"), spec=EvaluationSpec(resamples=1_000), groups=None
    )
    decided = {(one.first, one.second): one.decided for one in found}
    assert decided == {("a", "b"): False, ("a", "tfidf"): True, ("b", "tfidf"): True}
