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
from pipeline.evaluation.forms import Form
from pipeline.evaluation.metrics._module import exponential, ratio
from tests.evaluation.examples import each_form, named, of_class_ids, rows

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
    assert METRICS == (
        "accuracy", "answer_f1", "bits_per_byte", "bleu", "chrf", "exact_match", "macro_f1",
        "mae", "masked_accuracy", "masked_perplexity", "mcc", "micro_f1", "mse", "pearson",
        "perplexity", "rouge_1", "rouge_2", "rouge_l", "span_f1", "spearman",
        "subset_accuracy", "token_accuracy",
    )  # fmt: skip
    assert of_class_ids() == ["accuracy", "macro_f1", "mcc"]


@pytest.mark.parametrize("metric", of_class_ids())
@pytest.mark.parametrize("case", CASES)
def test_sums_over_class_ids_finish_as_the_evaluate_metric(metric: str, case: str) -> None:
    gold, answers, classes = CASES[case]
    module = scoring.load(metric)
    stats = scoring.statistics(metric, gold, answers, labels(classes))
    expected = scoring.score(metric, gold, Predictions(answers), labels(classes))
    assert stats.dtype == np.float64
    assert len(stats) == len(gold)
    assert float(module.finish(stats.sum(axis=0))) == pytest.approx(expected, rel=0, abs=1e-12)


@pytest.mark.parametrize(("metric", "form"), each_form(), ids=named)
@pytest.mark.parametrize("seed", range(3))
def test_sums_over_rows_finish_as_the_evaluate_metric(metric: str, form: Form, seed: int) -> None:
    some = rows(form, seed=seed)
    for answers in (some.good, some.poor):
        stats = scoring.statistics(metric, some.references, answers, some.labels)
        expected = scoring.score(metric, some.references, Predictions(answers), some.labels)
        found = float(scoring.load(metric).finish(stats.sum(axis=0)))
        assert stats.dtype == np.float64
        assert len(stats) == len(answers)
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("metric", "form"), each_form(), ids=named)
def test_finish_works_over_leading_axes(metric: str, form: Form) -> None:
    some = rows(form, count=200)
    module = scoring.load(metric)
    stats = scoring.statistics(metric, some.references, some.good, some.labels)
    totals = stats.reshape(4, 10, 5, -1).sum(axis=2)
    values = module.finish(totals)
    assert values.shape == (4, 10)
    assert np.isfinite(values).all()
    assert values[2, 3] == module.finish(totals[2, 3])


@pytest.mark.parametrize(("metric", "form"), each_form(), ids=named)
def test_a_good_contender_is_better_than_a_poor_one(metric: str, form: Form) -> None:
    some = rows(form)
    good, poor = (
        scoring.score(metric, some.references, Predictions(answers), some.labels)
        for answers in (some.good, some.poor)
    )
    assert good != poor
    assert (good > poor) == scoring.higher_is_better(metric)


@pytest.mark.parametrize(("metric", "form"), each_form(), ids=named)
def test_a_score_stays_under_its_ceiling(metric: str, form: Form) -> None:
    some = rows(form)
    ceiling = scoring.load(metric).ceiling
    assert (ceiling is None) != scoring.higher_is_better(metric)
    for answers in (some.good, some.poor):
        value = scoring.score(metric, some.references, Predictions(answers), some.labels)
        assert 0 < value < (np.inf if ceiling is None else ceiling)


def test_a_ratio_over_nothing_is_zero_and_no_warning() -> None:
    assert ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0])).tolist() == [0.5, 0.0]


def test_a_perplexity_without_bounds_stays_a_number() -> None:
    assert exponential(np.array(5.0)) == pytest.approx(np.exp(5))
    assert np.isfinite(exponential(np.array(1e9)) ** 2)


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_file_says_what_it_is(metric: str) -> None:
    module = importlib.import_module(f"pipeline.evaluation.metrics.{metric}")
    assert isinstance(module.higher_is_better, bool)
    assert isinstance(module.proportion, bool)
    assert module.title
    assert module.__doc__
    assert len(module.__doc__.strip().splitlines()) == 1


def test_a_proportion_is_the_mean_of_its_first_statistic() -> None:
    found = [(metric, form) for metric, form in each_form() if scoring.load(metric).proportion]
    assert {metric for metric, _ in found} == {"accuracy", "exact_match", "subset_accuracy"}
    for metric, form in found:
        some = rows(form)
        first = scoring.statistics(metric, some.references, some.good, some.labels)[:, 0]
        assert set(first) == {0.0, 1.0}
        assert first.mean() == scoring.score(
            metric, some.references, Predictions(some.good), some.labels
        )


def test_evaluate_loads_every_metric_from_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import evaluate

    # It copies the file to a package of its own and puts that on the path.
    monkeypatch.setattr(evaluate.config, "HF_MODULES_CACHE", tmp_path / "modules")
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    for metric, form in each_form():
        some = rows(form)
        loaded = evaluate.load(
            str(FOLDER / f"{metric}.py"), keep_in_memory=True, cache_dir=str(tmp_path / "cache")
        )
        assert type(loaded).__name__ == class_name(metric)
        found = loaded.compute(predictions=some.good.tolist(), references=some.references.tolist())
        expected = scoring.score(metric, some.references, Predictions(some.good), some.labels)
        assert found == {metric: expected}


@pytest.mark.parametrize("metric", METRICS)
def test_imports_stand_one_to_a_line_as_the_scanner_of_evaluate_reads_them(metric: str) -> None:
    tree = ast.parse((FOLDER / f"{metric}.py").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.Import)]
    assert imports
    assert all(len(node.names) == 1 for node in imports)
