"""Every task: its labels, losses, answers and refusals fit together."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch

from pipeline import components
from pipeline.contracts import ROW_ID, Splits, Task
from pipeline.errors import DataError
from pipeline.evaluation import scoring
from pipeline.tasks._inputs import text_pairs
from pipeline.tasks.text_classification import TextClassification

TASKS = components.available("tasks")


def test_the_folder_holds_what_we_know() -> None:
    assert "text-classification" in TASKS


@pytest.mark.parametrize("name", TASKS)
def test_every_task_names_what_the_rest_needs(name: str) -> None:
    import peft
    import transformers

    task: Task = components.load("tasks", name)()
    families = [components.load("models", family) for family in components.available("models")]
    able = [family for family in families if name in family.heads]
    assert able
    for shape in {family.shape for family in able}:
        assert hasattr(transformers, task.auto_class(shape))
        kind = task.peft_type(shape)
        assert kind is None or kind in peft.TaskType.__members__
    for metric in task.metrics:
        assert scoring.higher_is_better(metric) in (True, False)
    assert any(column.required for column in task.columns.values())


def rows(labels: list[str], *, pairs: bool = False) -> pa.Table:
    columns = {
        ROW_ID: [f"a.csv:{n}" for n in range(len(labels))],
        "text": [f"text {n}" for n in range(len(labels))],
        "label": labels,
    }
    if pairs:
        columns["text_pair"] = [f"pair {n}" for n in range(len(labels))]
    return pa.table(columns)


TASK = TextClassification()


def test_labels_are_in_order_of_size_or_of_the_alphabet() -> None:
    assert TASK.labels(rows(["10", "9", "1", "9"])) == ("1", "9", "10")
    assert TASK.labels(rows(["b", "a", "10"])) == ("10", "a", "b")


def test_references_and_readable_are_each_others_inverse() -> None:
    labels = ("x", "y", "z")
    gold = TASK.references(rows(["z", "x", "y", "z"]), labels)
    assert gold.tolist() == [2, 0, 1, 2]
    assert TASK.readable(gold, labels) == ["z", "x", "y", "z"]


def test_pairs_are_given_to_a_tokenizer_as_two_and_to_others_as_one() -> None:
    pairs = rows(["a", "b"], pairs=True)
    assert text_pairs(pairs) == [("text 0", "pair 0"), ("text 1", "pair 1")]
    assert TASK.texts(pairs) == ["text 0\npair 0", "text 1\npair 1"]
    assert text_pairs(rows(["a"])) == [("text 0",)]


def test_the_loss_is_the_sum_over_the_rows_in_fp32() -> None:
    logits = torch.tensor([[2.0, -1.0], [0.5, 0.5]], dtype=torch.bfloat16, requires_grad=True)
    targets = torch.tensor([0, 1])
    loss = TASK.loss(SimpleNamespace(logits=logits), targets)
    expected = -logits.float().log_softmax(-1)[[0, 1], targets].sum()
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(expected.item())
    rows = [SimpleNamespace(logits=logits[n : n + 1]) for n in (0, 1)]
    parts = [TASK.loss(row, targets[n : n + 1]).item() for n, row in enumerate(rows)]
    assert sum(parts) == pytest.approx(loss.item())


def test_answers_are_the_likeliest_class_and_scores_sum_to_one() -> None:
    logits = torch.tensor([[1e4, 0.0, -1e4], [0.0, 1.0, 0.5]], dtype=torch.bfloat16)
    nothing: Any = None  # an answer is made of the logits alone
    pieces = TASK.pieces(SimpleNamespace(logits=logits), nothing)
    found = TASK.decode(pieces, nothing, rows(["a", "b"]), ("a", "b", "c"), nothing)
    assert found.answers.tolist() == [0, 1]
    assert found.scores is not None
    assert found.scores.dtype == np.float32
    assert np.allclose(found.scores.sum(axis=1), 1)


def test_all_that_is_wrong_with_the_labels_is_told_at_once() -> None:
    splits = Splits(rows(["a", "a"]), rows(["b"]), rows(["a", "c", "c"]), fingerprints={})
    with pytest.raises(DataError) as caught:
        TASK.check(splits)
    said = [str(problem) for problem in caught.value.problems]
    assert len(said) == 3
    assert "one class only: 'a'" in said[0]
    assert "validation: the label 'b' (1 row)" in said[1]
    assert "test: the label 'c' (2 rows)" in said[2]
    assert "a.csv:1, a.csv:2" in said[2]
