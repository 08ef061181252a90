"""Several labels a row, weights and smoothing of the loss, thresholds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch
from pydantic import ValidationError
from torch.nn import functional

from pipeline.contracts import ROW_ID, Predictions, Splits
from pipeline.errors import DataError
from pipeline.tasks.text_classification import TextClassification

ONE = TextClassification()
SEVERAL = TextClassification(multi_label=True)
LABELS = ("a", "b", "c")
NOTHING: Any = None


def rows(labels: list[Any]) -> pa.Table:
    kind = pa.list_(pa.string()) if labels and isinstance(labels[0], list) else pa.string()
    return pa.table(
        {
            ROW_ID: [f"a.csv:{n}" for n in range(len(labels))],
            "text": [f"text {n}" for n in range(len(labels))],
            "label": pa.array(labels, kind),
        }
    )


SETS = rows([["c", "a"], [], ["b"]])
LOGITS = torch.tensor([[0.3, -1.2, 2.0], [0.1, 0.9, -0.4], [1.5, 0.2, -2.2]])


def loss(task: TextClassification, targets: torch.Tensor, logits: torch.Tensor = LOGITS) -> float:
    return float(task.loss(SimpleNamespace(logits=logits), targets))


def test_the_option_decides_columns_metrics_and_what_baselines_are_asked() -> None:
    assert ONE.columns["label"].kind == "label"
    assert SEVERAL.columns["label"].kind == "labels"
    assert ONE.metrics[0] == "accuracy"
    assert SEVERAL.metrics[0] == "micro_f1"
    assert (ONE.problem, SEVERAL.problem) == (
        "text-classification",
        "multi-label text-classification",
    )
    assert SEVERAL.model_options(LABELS)["problem_type"] == "multi_label_classification"


def test_sets_of_labels_become_zeros_and_ones_and_words_again() -> None:
    assert SEVERAL.labels(rows([["10", "9"], [], ["1"]])) == ("1", "9", "10")
    gold = SEVERAL.references(SETS, LABELS)
    assert gold.tolist() == [[1, 0, 1], [0, 0, 0], [0, 1, 0]]
    assert SEVERAL.readable(gold, LABELS) == ["a, c", "", "b"]
    report = SEVERAL.details(gold, gold, LABELS)
    assert [row["support"] for row in report["per_class"]] == [1, 1, 1]
    assert "confusion" not in report


def test_the_loss_of_sets_is_transformers_own_times_the_rows() -> None:
    targets = torch.from_numpy(SEVERAL.references(SETS, LABELS))
    mean = functional.binary_cross_entropy_with_logits(LOGITS, targets.float())
    assert loss(SEVERAL, targets) == pytest.approx(3 * mean.item())
    single = [loss(SEVERAL, targets[n : n + 1], LOGITS[n : n + 1]) for n in range(3)]
    assert sum(single) == pytest.approx(loss(SEVERAL, targets))


def test_without_weights_the_loss_is_the_plain_sum_to_the_last_bit() -> None:
    targets = torch.tensor([2, 0, 1])
    plain = functional.cross_entropy(LOGITS, targets, reduction="sum")
    assert loss(ONE, targets) == plain.item()


def test_weights_multiply_each_row_and_the_sum_is_not_normalised() -> None:
    targets = torch.tensor([2, 0, 1])
    by_row = functional.cross_entropy(LOGITS, targets, reduction="none")
    task = TextClassification(class_weights={"c": 5.0}).informed(rows(["a", "b", "c"]), LABELS)
    assert task.class_weights == {"a": 1.0, "b": 1.0, "c": 5.0}
    expected = 5 * by_row[0] + by_row[1] + by_row[2]
    assert loss(task, targets) == pytest.approx(expected.item())


def test_weights_follow_the_labels_and_not_the_order_in_the_recipe() -> None:
    table = rows(["a", "b", "c"])
    one = TextClassification(class_weights={"c": 5.0, "a": 2.0}).informed(table, LABELS)
    other = TextClassification(class_weights={"a": 2.0, "c": 5.0}).informed(table, LABELS)
    targets = torch.tensor([2, 0, 1])
    assert loss(one, targets) == loss(other, targets)


def test_balanced_weights_are_those_of_scikit_learn() -> None:
    from sklearn.utils.class_weight import compute_class_weight

    names = ["a"] * 6 + ["b"] * 3 + ["c"]
    task = TextClassification(class_weights="balanced").informed(rows(names), LABELS)
    theirs = compute_class_weight("balanced", classes=np.asarray(LABELS), y=names)
    assert task.class_weights == pytest.approx(dict(zip(LABELS, theirs, strict=True)))


def test_balanced_labels_let_both_sides_of_a_question_weigh_the_same() -> None:
    table = rows([["a"], ["a", "b"], ["a"], []])
    task = TextClassification(multi_label=True, class_weights="balanced").informed(table, LABELS)
    # a: one row lacks it and three have it; no row has c.
    assert task.class_weights == pytest.approx({"a": 1 / 3, "b": 3.0, "c": 4.0})
    targets = torch.tensor([[1, 1, 0]])
    row = functional.binary_cross_entropy_with_logits(
        LOGITS[:1], targets.float(), reduction="none"
    )[0]
    expected = (row[0] / 3 + 3 * row[1] + row[2]) / 3
    assert loss(task, targets, LOGITS[:1]) == pytest.approx(expected.item())


def test_balanced_weights_that_nobody_counted_are_no_weights_of_one() -> None:
    with pytest.raises(ValueError, match="informed"):
        loss(TextClassification(class_weights="balanced"), torch.tensor([0, 1, 2]))


def test_smoothing_moves_targets_towards_all_classes() -> None:
    targets = torch.tensor([2, 0, 1])
    mixed = 0.9 * functional.one_hot(targets, 3) + 0.1 / 3
    expected = -(mixed * LOGITS.log_softmax(-1)).sum()
    assert loss(TextClassification(label_smoothing=0.1), targets) == pytest.approx(expected.item())
    sets = torch.from_numpy(SEVERAL.references(SETS, LABELS))
    smooth = TextClassification(multi_label=True, label_smoothing=0.2)
    halfway = 0.8 * sets + 0.1
    mean = functional.binary_cross_entropy_with_logits(LOGITS, halfway)
    assert loss(smooth, sets) == pytest.approx(3 * mean.item())


def test_a_label_is_answered_from_its_threshold_on() -> None:
    task = TextClassification(multi_label=True, thresholds={"a": 0.9, "b": 0.2})
    logits = np.log([[0.8 / 0.2, 0.3 / 0.7, 0.5], [1e30, 1e-30, 3.0]]).astype(np.float32)
    found = task.decode(list(logits), NOTHING, NOTHING, LABELS, NOTHING)
    assert found.answers.tolist() == [[0, 1, 0], [1, 0, 1]]
    assert found.answers.dtype == np.int64
    assert found.scores is not None
    assert found.scores.dtype == np.float32
    assert np.allclose(found.scores[0], [0.8, 0.3, 1 / 3])
    assert np.isfinite(found.scores).all()


def test_no_rows_are_a_table_without_rows() -> None:
    found = SEVERAL.decode([], NOTHING, NOTHING, LABELS, NOTHING)
    assert found.answers.shape == (0, 3)


def test_thresholds_are_tuned_once_for_the_metric_and_travel_as_options() -> None:
    gold = np.asarray([[1, 0, 1], [0, 0, 0]])
    scores = np.asarray([[0.3, 0.1, 0.9], [0.1, 0.2, 0.7]], np.float32)
    answers = Predictions(np.zeros((2, 3), np.int64), scores)
    found = SEVERAL.tuned(lambda: answers, gold, LABELS, metric="macro_f1")
    assert found.thresholds == {"a": 0.2, "b": 0.5, "c": 0.8}
    assert SEVERAL.thresholds == {}
    again = TextClassification(**found.options())
    assert again == found
    assert found.tuned(lambda: pytest.fail("asked"), gold, LABELS, metric="macro_f1") is found


def test_one_label_a_row_is_neither_tuned_nor_informed() -> None:
    gold = np.asarray([0])
    assert ONE.tuned(lambda: pytest.fail("asked"), gold, LABELS, metric="accuracy") is ONE
    assert ONE.informed(rows(["a"]), LABELS) is ONE


def test_labels_that_are_numbers_may_be_written_as_such() -> None:
    task = TextClassification.model_validate({"class_weights": {0: 1.0, 1: 2.0}})
    assert task.class_weights == {"0": 1.0, "1": 2.0}


def test_thresholds_without_several_labels_are_refused() -> None:
    with pytest.raises(ValidationError, match="thresholds go with multi_label"):
        TextClassification(thresholds={"a": 0.5})


def test_all_that_is_wrong_with_sets_of_labels_is_told_at_once() -> None:
    task = TextClassification(
        multi_label=True, class_weights={"joy": 2.0}, thresholds={"angr": 0.5}
    )
    train = rows([["anger"], []])
    with pytest.raises(DataError) as caught:
        task.check(Splits(train, rows([["joy", "anger"]]), rows([[], ["sad"]]), fingerprints={}))
    said = [str(problem) for problem in caught.value.problems]
    assert len(said) == 5
    assert "one class only: 'anger'" in said[0]
    assert "validation: the label 'joy' (1 row)" in said[1]
    assert "test: the label 'sad' (1 row)" in said[2]
    assert "task.class_weights: no row has the label 'joy'" in said[3]
    assert "task.thresholds: no row has the label 'angr'" in said[4]
    assert "anger" in said[4].partition("'angr'")[2]


def test_the_example_answers_as_decode_does() -> None:
    task = TextClassification(multi_label=True, thresholds={"a": 0.9, "b": 0.2})
    logits = torch.tensor([[1.0, -1.0, 3.0]])
    said = run(task.example("encoder", max_length=8), logits)
    found = task.decode(list(logits.numpy()), NOTHING, NOTHING, LABELS, NOTHING)
    assert said == str(["b", "c"])
    assert task.readable(found.answers, LABELS) == ["b, c"]
    assert run(ONE.example("encoder", max_length=8), logits) == "c"


def run(code: str, logits: torch.Tensor) -> str:
    """What an example prints, with a model that always says the same."""
    said: list[str] = []
    names = {
        "torch": torch,
        "labels": LABELS,
        "tokenizer": lambda texts, **options: {},
        "model": lambda **inputs: SimpleNamespace(logits=logits),
        "print": lambda value: said.append(str(value)),
    }
    exec(code, names)  # noqa: S102
    return "\n".join(said)
