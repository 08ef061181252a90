"""Thresholds make each metric as large as thresholds can."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from sklearn.metrics import f1_score

from pipeline.evaluation import scoring
from pipeline.evaluation.thresholds import choose, decide

METRICS = ("micro_f1", "macro_f1", "subset_accuracy")


def rows(seed: int, *, count: int = 12, labels: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities that know something, some of them equal, and gold answers."""
    rng = np.random.default_rng(seed)
    gold = (rng.random((count, labels)) < 0.4).astype(np.int64)
    return np.round(np.clip(0.25 * gold + rng.random((count, labels)) * 0.7, 0, 1), 1), gold


def score(metric: str, gold: np.ndarray, answers: np.ndarray) -> float:
    if metric == "subset_accuracy":
        return float((gold == answers).all(axis=1).mean())
    average = metric.removesuffix("_f1")
    return float(f1_score(gold, answers, average=average, zero_division=0))


def best_of_all(metric: str, scores: np.ndarray, gold: np.ndarray) -> float:
    """Every cut between two probabilities, for all labels at once."""
    cuts = [[*(np.unique(column) - 1e-9), 2.0] for column in scores.T]
    return max(score(metric, gold, decide(scores, np.asarray(one))) for one in product(*cuts))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("metric", ["micro_f1", "macro_f1"])
def test_no_thresholds_give_a_larger_f1(metric: str, seed: int) -> None:
    scores, gold = rows(seed)

    found = decide(scores, choose(scores, gold, metric=metric))

    assert score(metric, gold, found) == pytest.approx(best_of_all(metric, scores, gold))


@pytest.mark.parametrize("metric", METRICS)
def test_they_are_never_worse_than_one_half(metric: str) -> None:
    for seed in range(20):
        scores, gold = rows(seed, count=30, labels=5)
        tuned = score(metric, gold, decide(scores, choose(scores, gold, metric=metric)))
        half = score(metric, gold, decide(scores, np.full(5, 0.5)))
        assert tuned >= half


def test_subset_accuracy_is_improved_beyond_the_thresholds_of_f1() -> None:
    better = 0
    for seed in range(10):
        scores, gold = rows(seed, count=30)
        own = decide(scores, choose(scores, gold, metric="subset_accuracy"))
        of_f1 = decide(scores, choose(scores, gold, metric="micro_f1"))
        difference = score("subset_accuracy", gold, own) - score("subset_accuracy", gold, of_f1)
        assert difference >= 0
        better += difference > 0
    assert better


def test_thresholds_lie_halfway_between_two_probabilities() -> None:
    scores = np.asarray([[0.9, 0.3], [0.8, 0.2], [0.2, 0.1], [0.1, 0.05]])
    gold = np.asarray([[1, 1], [1, 0], [0, 0], [0, 0]])

    assert choose(scores, gold, metric="macro_f1") == pytest.approx([0.5, 0.25])


def test_a_label_that_validation_lacks_keeps_one_half() -> None:
    scores = np.asarray([[0.4, 0.4], [0.3, 0.2]])
    gold = np.asarray([[1, 0], [0, 0]])

    assert choose(scores, gold, metric="macro_f1")[1] == 0.5


def test_a_label_that_nothing_reaches_yet_is_tuned_too() -> None:
    scores = np.asarray([[0.01, 0.01], [0.001, 0.001], [0.0, 0.0]])
    gold = np.asarray([[1, 1], [0, 0], [0, 0]])

    for metric in METRICS:
        found = decide(scores, choose(scores, gold, metric=metric))
        assert found.tolist() == gold.tolist(), metric


def test_the_metrics_are_those_of_the_task() -> None:
    from pipeline.tasks.text_classification import TextClassification

    assert set(TextClassification(multi_label=True).metrics) == set(METRICS)
    assert set(METRICS) <= set(scoring.available_metrics())
