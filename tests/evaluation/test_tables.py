"""Tables by class, label and type of entity: by hand, and as the libraries count."""

from __future__ import annotations

import numpy as np
import pytest
from seqeval.metrics.sequence_labeling import precision_recall_fscore_support as of_entities
from sklearn.metrics import precision_recall_fscore_support as of_classes

from pipeline.evaluation import tables
from pipeline.evaluation.forms import CLASS_IDS, LABEL_SETS, Form
from pipeline.evaluation.text_forms import TAGS
from pipeline.ragged import objects
from tests.evaluation.examples import named, rows

LABELS = ("no", "maybe", "yes")
GOLD = np.array([0, 0, 0, 2, 2, 0])
ANSWERS = np.array([0, 0, 2, 2, 1, 0])
COLUMNS = ("precision", "recall", "f1", "support")


def test_confusion_counts_gold_by_answer() -> None:
    assert tables.confusion(GOLD, ANSWERS, LABELS) == [[3, 0, 1], [0, 0, 0], [0, 1, 1]]


def test_the_report_names_every_class_in_label_order() -> None:
    report = tables.per_class_report(GOLD, ANSWERS, LABELS)
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


def test_small_integer_types_do_not_overflow() -> None:
    gold = np.arange(200).astype(np.uint8)
    table = tables.confusion(gold, gold, [str(number) for number in range(200)])
    assert np.array_equal(table, np.eye(200))


@pytest.mark.parametrize("form", [CLASS_IDS, LABEL_SETS], ids=named)
def test_the_report_is_that_of_scikit_learn(form: Form) -> None:
    some = rows(form)
    expected = of_classes(
        some.references, some.poor, labels=range(len(some.labels)), zero_division=0
    )
    found = tables.per_class_report(some.references, some.poor, some.labels)
    assert [[row[name] for row in found] for name in COLUMNS] == pytest.approx(
        np.array(expected), abs=1e-12
    )


def test_the_report_counts_each_label_of_a_set() -> None:
    gold, answers = np.array([[1, 0], [1, 1], [0, 0]]), np.array([[1, 0], [0, 1], [1, 1]])
    assert tables.per_class_report(gold, answers, ("sport", "politics")) == [
        {"label": "sport", "precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2},
        {"label": "politics", "precision": 0.5, "recall": 1.0, "f1": 2 / 3, "support": 1},
    ]


def test_entities_are_counted_by_type() -> None:
    gold = objects([("B-PER", "I-PER", "O"), ("B-LOC",), ("O",)])
    answers = objects([("B-PER", "O", "B-LOC"), ("B-LOC",), ("B-ORG",)])
    assert tables.per_entity_report(gold, answers) == [
        {"label": "LOC", "precision": 0.5, "recall": 1.0, "f1": 2 / 3, "support": 1},
        {"label": "ORG", "precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0},
        {"label": "PER", "precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1},
    ]


def test_entities_are_counted_as_seqeval_counts_them() -> None:
    some = rows(TAGS)
    gold, answers = ([list(row) for row in side] for side in (some.references, some.poor))
    expected = of_entities(gold, answers, average=None, zero_division=0)
    found = tables.per_entity_report(some.references, some.poor)
    assert [row["label"] for row in found] == ["LOC", "ORG", "PER"]
    assert [[row[name] for row in found] for name in COLUMNS] == pytest.approx(
        np.array(expected), abs=1e-12
    )
