"""Sets of labels and numbers, from rows to a model that plain transformers understands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch

from pipeline.bases import resolve
from pipeline.contracts import ROW_ID, Task, Work
from pipeline.evaluation import scoring
from pipeline.strategies.full import Full
from pipeline.strategies.lora import Lora
from pipeline.tasks.text_classification import TextClassification
from pipeline.tasks.text_regression import TextRegression
from pipeline.training.linear_heads import PENALTIES
from pipeline.training.model import Prepared, prepare
from tests.hub.reviews import reviews
from tests.training import tiny
from tests.training.families import BUILDERS

STRATEGIES = pytest.mark.parametrize("strategy", [Full(), Lora()], ids=["full", "lora"])


def table(count: int, *, seed: int, column: str) -> pa.Table:
    """Reviews with what they are and how long, or with a number in the thousands."""
    found = reviews(count, seed=seed)
    if column == "value":
        answers: Any = [1990.0 + 5 * good + len(text) % 2 for text, good in found]
    else:
        answers = [["good"] * good + ["long"] * (len(text) > 45) for text, good in found]
    return pa.table(
        {
            ROW_ID: [f"rows.csv:{n + 2}" for n in range(count)],
            "text": [text for text, _ in found],
            column: answers,
        }
    )


def work(task: Task, *, column: str, metric: str) -> Work:
    train = table(32, seed=0, column=column)
    return Work(
        task=task,
        labels=task.labels(train),
        train=train,
        validation=table(24, seed=1, column=column),
        metric=metric,
        seed=0,
    )


def ready(base: Path, on: Work, strategy: Any) -> Prepared:
    return prepare(
        resolve(str(base)),
        task=on.task,
        labels=on.labels,
        strategy=strategy,
        dropout=0.0,
        max_length=None,
        seed=0,
    )


SETS = {"column": "label", "metric": "micro_f1"}
NUMBERS = {"column": "value", "metric": "pearson"}


@STRATEGIES
def test_thresholds_are_those_of_the_finished_model(
    strategy: Any, tiny_base: Path, tmp_path: Path
) -> None:
    on = work(TextClassification(multi_label=True), **SETS)
    fitted = tiny.fit(ready(tiny_base, on, strategy), tmp_path, on=on, head="probe").model

    task = fitted.task
    assert isinstance(task, TextClassification)
    assert set(task.thresholds) == {"good", "long"}
    assert fitted.notes["thresholds"] == task.thresholds
    assert fitted.notes["probe_penalty"] in PENALTIES
    assert on.task.options()["thresholds"] == {}
    found = fitted.predict(on.validation, on.report)
    assert found.scores is not None
    least = [task.thresholds[label] for label in on.labels]
    assert np.array_equal(found.answers, found.scores >= least)
    gold = task.references(on.validation, on.labels)
    half = type(found)((found.scores >= 0.5).astype(np.int64), found.scores)
    tuned = scoring.score("micro_f1", gold, found, on.labels)
    assert tuned >= scoring.score("micro_f1", gold, half, on.labels)


def test_the_score_of_the_log_is_that_of_tuned_thresholds(tiny_base: Path, tmp_path: Path) -> None:
    on = work(TextClassification(multi_label=True), **SETS)
    fit = tiny.fit(ready(tiny_base, on, Full()), tmp_path, on=on, head="probe", epochs=1)
    found = fit.model.predict(on.validation, on.report)
    gold = on.task.references(on.validation, on.labels)
    last = max(line["score"] for line in fit.validations)
    assert last == pytest.approx(scoring.score("micro_f1", gold, found, on.labels), abs=1e-6)


def test_given_thresholds_stay(tiny_base: Path, tmp_path: Path) -> None:
    on = work(TextClassification(multi_label=True, thresholds={"good": 0.9}), **SETS)
    fitted = tiny.fit(ready(tiny_base, on, Full()), tmp_path, on=on, epochs=1).model
    assert fitted.task.options()["thresholds"] == {"good": 0.9}
    assert "thresholds" not in fitted.notes


def test_weights_change_what_is_learnt_and_are_written_down(
    tiny_base: Path, tmp_path: Path
) -> None:
    found = {}
    for weights in ("none", "balanced"):
        on = work(TextClassification(multi_label=True, class_weights=weights), **SETS)
        fit = tiny.fit(ready(tiny_base, on, Full()), tmp_path / weights, on=on, epochs=1)
        found[weights] = tiny.weights(fit.model.model)["classifier.weight"]
        assert ("class_weights" in fit.model.notes) == (weights == "balanced")
    assert not torch.equal(found["none"], found["balanced"])


@STRATEGIES
@pytest.mark.parametrize("family", sorted(BUILDERS))
def test_a_regression_model_answers_in_the_persons_units(
    family: str, strategy: Any, tmp_path: Path
) -> None:
    on = work(TextRegression(), **NUMBERS)
    prepared = ready(BUILDERS[family](tmp_path / "base"), on, strategy)
    fitted = tiny.fit(prepared, tmp_path / "run", on=on, learning_rate=1e-4, epochs=1).model

    answers = fitted.predict(on.validation, on.report).answers
    assert 1985 < answers.mean() < 2000
    assert fitted.task.options()["scale"] == 1
    texts = on.validation["text"].to_pylist()
    plain = tiny.answers(fitted.model, prepared.codec.tokenizer, texts)
    assert plain.shape == (24, 1)
    added = fitted.task.options()["offset"]
    assert plain[:, 0] + added == pytest.approx(answers, abs=0.01)


def test_only_a_head_without_bias_leaves_an_offset(tmp_path: Path) -> None:
    left = {}
    for family in ("bert", "gpt2"):
        on = work(TextRegression(), **NUMBERS)
        prepared = ready(BUILDERS[family](tmp_path / family / "base"), on, Full())
        fitted = tiny.fit(prepared, tmp_path / family / "run", on=on, epochs=1).model
        left[family] = fitted.task.options()["offset"]
    mean = np.mean(table(32, seed=0, column="value")["value"].to_pylist())
    assert left["bert"] == 0
    assert left["gpt2"] == pytest.approx(mean)


def test_less_error_is_better_where_the_metric_is_one(tiny_base: Path, tmp_path: Path) -> None:
    on = work(TextRegression(), column="value", metric="mse")
    with_sign = tiny.fit(ready(tiny_base, on, Full()), tmp_path, on=on, head="probe", epochs=1)
    found = with_sign.model.predict(on.validation, on.report)
    gold = on.task.references(on.validation, ())
    assert scoring.score("mse", gold, found, ()) < np.var(gold)
