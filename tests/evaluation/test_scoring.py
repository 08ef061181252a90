"""Scores and their intervals, in every form of answers."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from pipeline.contracts import Predictions
from pipeline.errors import DataError, RecipeError, TrainingError
from pipeline.evaluation import scoring, significance
from pipeline.evaluation.forms import Form
from pipeline.evaluation.spec import EvaluationSpec
from tests.evaluation.examples import each_form, named, rows

LABELS = ("no", "maybe", "yes")
GOLD = np.array([0, 0, 0, 2, 2, 0])
ANSWERS = np.array([0, 0, 2, 2, 1, 0])


def test_macro_f1_is_over_the_classes_that_occur() -> None:
    # no: 2*3/(3+4); yes: 2*1/(2+2); maybe is answered once and never right: 0.
    found = scoring.score("macro_f1", GOLD, Predictions(ANSWERS), LABELS)
    assert found == pytest.approx((6 / 7 + 1 / 2 + 0) / 3)


def test_a_class_that_is_in_neither_does_not_lower_macro_f1() -> None:
    assert scoring.score("macro_f1", GOLD, Predictions(GOLD), LABELS) == 1.0


def test_an_unknown_metric_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(RecipeError, match="did you mean 'accuracy'"):
        scoring.score("acuracy", GOLD, Predictions(ANSWERS), LABELS)


def test_no_row_is_refused() -> None:
    none = np.array([], dtype=np.int64)
    with pytest.raises(DataError, match="no row to score"):
        scoring.score("accuracy", none, Predictions(none), LABELS)


def test_probabilities_that_are_no_numbers_give_an_error_and_no_score() -> None:
    scores = np.full((6, 3), 1 / 3, dtype=np.float32)
    scores[[2, 4], 1] = np.nan
    with pytest.raises(TrainingError, match=r"2 of 6 rows are not numbers, first in row 2"):
        scoring.score("accuracy", GOLD, Predictions(ANSWERS, scores), LABELS)


def test_a_score_that_is_no_number_gives_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.evaluation.metrics import accuracy

    monkeypatch.setattr(
        accuracy.Accuracy, "_compute", lambda self, predictions, references: {"accuracy": np.nan}
    )
    with pytest.raises(TrainingError, match="accuracy over 6 rows is not a number"):
        scoring.score("accuracy", GOLD, Predictions(ANSWERS), LABELS)


@pytest.mark.parametrize(
    "answers",
    [ANSWERS[:5], ANSWERS.astype(float), np.where(ANSWERS == 1, 3, ANSWERS), ANSWERS - 1],
    ids=["too few", "floats", "id too high", "id below zero"],
)
def test_answers_that_are_not_class_ids_are_refused(answers: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"references|answers"):
        scoring.statistics("accuracy", GOLD, answers, LABELS)


def test_small_integer_types_do_not_overflow() -> None:
    labels = [str(number) for number in range(200)]
    gold = np.arange(200).astype(np.uint8)
    assert scoring.statistics("mcc", gold, gold, labels).sum() == 600


def test_the_interval_of_a_proportion_keeps_its_width_where_all_rows_are_right() -> None:
    spec = EvaluationSpec(resamples=1_000)
    low, high = scoring.interval("accuracy", GOLD, [GOLD], LABELS, spec=spec, seed=0)
    assert low == pytest.approx(0.60966, abs=1e-5)
    assert high == 1.0


@pytest.mark.parametrize(("metric", "form"), each_form(), ids=named)
@pytest.mark.parametrize("grouped", [False, True], ids=["rows", "groups"])
def test_the_interval_holds_the_score(metric: str, form: Form, grouped: bool) -> None:
    some = rows(form, count=300)
    value = scoring.score(metric, some.references, Predictions(some.good), some.labels)
    low, high = scoring.interval(
        metric,
        some.references,
        [some.good],
        some.labels,
        spec=EvaluationSpec(resamples=1_000),
        seed=0,
        groups=np.arange(300) // 2 if grouped else None,
    )
    assert low < value < high
    unit = scoring.load(metric).ceiling or value
    assert 0.005 * unit < high - low < 0.6 * unit


@pytest.mark.parametrize("right", [True, False])
def test_where_all_groups_are_right_or_wrong_a_group_is_one_throw(right: bool) -> None:
    found = scoring.interval(
        "accuracy",
        GOLD,
        [GOLD if right else 2 - GOLD],
        LABELS,
        spec=EvaluationSpec(resamples=1_000),
        seed=0,
        groups=np.array([0, 0, 0, 7, 7, 7]),
    )
    assert found == significance.wilson(2 if right else 0, 2, confidence=0.95)


def test_scoring_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import evaluate

    monkeypatch.setattr(evaluate.config, "HF_METRICS_CACHE", tmp_path / "metrics")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert scoring.score("accuracy", GOLD, Predictions(GOLD), LABELS) == 1.0
    assert list(tmp_path.iterdir()) == []


def test_checking_a_name_imports_nothing_heavy() -> None:
    program = """
import sys
from pipeline.evaluation import scoring, spec
scoring.available_metrics()
spec.EvaluationSpec(metric="macro-f1")
heavy = {"evaluate", "datasets", "sklearn", "scipy", "torch", "numpy", "pyarrow"}
sys.exit(", ".join(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.strip() == ""
