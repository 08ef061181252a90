"""Scores and the tables beside them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from pipeline.contracts import Predictions
from pipeline.errors import DataError, RecipeError, TrainingError
from pipeline.evaluation import scoring
from pipeline.evaluation.spec import EvaluationSpec

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
    table = scoring.confusion(gold, gold, labels)
    assert np.array_equal(table, np.eye(200))
    assert scoring.statistics("mcc", gold, gold, labels).sum() == 600


def test_confusion_counts_gold_by_answer() -> None:
    assert scoring.confusion(GOLD, ANSWERS, LABELS) == [[3, 0, 1], [0, 0, 0], [0, 1, 1]]


def test_the_report_names_every_class_in_label_order() -> None:
    report = scoring.per_class_report(GOLD, ANSWERS, LABELS)
    assert [row["label"] for row in report] == list(LABELS)
    assert [row["support"] for row in report] == [4, 0, 2]
    assert report[0] == {
        "label": "no",
        "precision": 1.0,
        "recall": 0.75,
        "f1": pytest.approx(6 / 7),
        "support": 4,
    }
    assert report[1] == {"label": "maybe", "precision": 0, "recall": 0, "f1": 0, "support": 0}


def test_the_interval_of_a_proportion_keeps_its_width_where_all_rows_are_right() -> None:
    spec = EvaluationSpec(resamples=1_000)
    low, high = scoring.interval("accuracy", GOLD, GOLD, LABELS, spec=spec, seed=0)
    assert low == pytest.approx(0.60966, abs=1e-5)
    assert high == 1.0


@pytest.mark.parametrize("metric", scoring.available_metrics())
def test_the_interval_holds_the_score(metric: str) -> None:
    rng = np.random.default_rng(1)
    gold = rng.integers(0, 3, 300)
    answers = np.where(rng.random(300) < 0.7, gold, rng.integers(0, 3, 300))
    value = scoring.score(metric, gold, Predictions(answers), LABELS)
    low, high = scoring.interval(
        metric, gold, answers, LABELS, spec=EvaluationSpec(resamples=1_000), seed=0
    )
    assert low < value < high
    assert 0.03 < high - low < 0.2


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
