"""Every metric file: its evaluate.Metric and its sums over rows are the same metric."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipeline.components import class_name
from pipeline.contracts import Predictions
from pipeline.evaluation import scoring

METRICS = scoring.available_metrics()
FOLDER = Path(scoring.__file__).parent / "metrics"

Case = tuple[np.ndarray, np.ndarray, int]


def cases() -> Iterator[tuple[str, Case]]:
    rng = np.random.default_rng(0)
    for classes in (2, 3, 20):
        gold = rng.integers(0, classes, 200)
        answers = np.where(rng.random(200) < 0.6, gold, rng.integers(0, classes, 200))
        yield f"random, {classes} classes", (gold, answers, classes)
    gold = rng.integers(0, 3, 50)
    yield "constant answers", (gold, np.full(50, 2), 3)
    yield "constant gold", (np.zeros(50, dtype=int), gold, 3)
    yield "constant and right", (np.ones(9, dtype=int), np.ones(9, dtype=int), 3)
    yield "constant and wrong", (np.ones(9, dtype=int), np.zeros(9, dtype=int), 3)
    yield "a class missing in test", (gold * 2, gold * 2, 7)
    yield "a class only predicted", (np.array([0, 0, 1]), np.array([0, 3, 1]), 4)
    yield "all wrong", (gold, (gold + 1) % 3, 3)
    yield "one row, right", (np.array([1]), np.array([1]), 2)
    yield "one row, wrong", (np.array([1]), np.array([0]), 2)


CASES = dict(cases())


def labels(classes: int) -> tuple[str, ...]:
    return tuple(f"class {number}" for number in range(classes))


def test_the_metrics_are_found_by_file_name() -> None:
    assert METRICS == ("accuracy", "macro_f1", "mcc")


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("case", CASES)
def test_sums_over_rows_finish_as_the_evaluate_metric(metric: str, case: str) -> None:
    gold, answers, classes = CASES[case]
    module = scoring.load(metric)
    stats = scoring.statistics(metric, gold, answers, labels(classes))
    expected = scoring.score(metric, gold, Predictions(answers), labels(classes))
    assert stats.dtype == np.float64
    assert len(stats) == len(gold)
    assert float(module.finish(stats.sum(axis=0))) == pytest.approx(expected, rel=0, abs=1e-12)


@pytest.mark.parametrize("metric", METRICS)
def test_finish_works_over_leading_axes(metric: str) -> None:
    gold, answers, classes = CASES["random, 3 classes"]
    module = scoring.load(metric)
    stats = scoring.statistics(metric, gold, answers, labels(classes))
    totals = stats.reshape(4, 10, 5, -1).sum(axis=2)
    values = module.finish(totals)
    assert values.shape == (4, 10)
    assert values[2, 3] == module.finish(totals[2, 3])


@pytest.mark.parametrize("metric", METRICS)
def test_a_perfect_contender_is_better_than_a_wrong_one(metric: str) -> None:
    gold, wrong, classes = CASES["all wrong"]
    perfect = scoring.score(metric, gold, Predictions(gold), labels(classes))
    worst = scoring.score(metric, gold, Predictions(wrong), labels(classes))
    assert (perfect > worst) == scoring.higher_is_better(metric)


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_file_says_what_it_is(metric: str) -> None:
    module = importlib.import_module(f"pipeline.evaluation.metrics.{metric}")
    assert isinstance(module.higher_is_better, bool)
    assert isinstance(module.proportion, bool)
    assert module.title
    assert module.__doc__
    assert len(module.__doc__.strip().splitlines()) == 1


def test_a_proportion_is_the_mean_of_its_first_statistic() -> None:
    gold, answers, classes = CASES["random, 3 classes"]
    proportions = [metric for metric in METRICS if scoring.load(metric).proportion]
    assert "accuracy" in proportions
    for metric in proportions:
        first = scoring.statistics(metric, gold, answers, labels(classes))[:, 0]
        assert set(first) == {0.0, 1.0}
        assert first.mean() == scoring.score(metric, gold, Predictions(answers), labels(classes))


def test_evaluate_loads_every_metric_from_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import evaluate

    # It copies the file to a package of its own and puts that on the path.
    monkeypatch.setattr(evaluate.config, "HF_MODULES_CACHE", tmp_path / "modules")
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    gold, answers, classes = CASES["random, 3 classes"]
    for metric in METRICS:
        loaded = evaluate.load(
            str(FOLDER / f"{metric}.py"), keep_in_memory=True, cache_dir=str(tmp_path / "cache")
        )
        assert type(loaded).__name__ == class_name(metric)
        found = loaded.compute(predictions=answers.tolist(), references=gold.tolist())
        assert found == {metric: scoring.score(metric, gold, Predictions(answers), labels(classes))}


@pytest.mark.parametrize("metric", METRICS)
def test_imports_stand_one_to_a_line_as_the_scanner_of_evaluate_reads_them(metric: str) -> None:
    tree = ast.parse((FOLDER / f"{metric}.py").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.Import)]
    assert imports
    assert all(len(node.names) == 1 for node in imports)
