"""Every task: its labels, losses, answers and refusals fit together."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from pipeline import components, contest
from pipeline.contest import answer_files
from pipeline.contracts import ROW_ID, Splits, Task, Work
from pipeline.errors import DataError
from pipeline.evaluation import scoring
from pipeline.evaluation.spec import EvaluationSpec
from pipeline.strategies.lora import Lora
from pipeline.tasks._inputs import text_pairs
from pipeline.tasks.text_classification import TextClassification
from tests.conftest import Bases
from tests.tasks import cells
from tests.tasks.pairs import FAMILIES, PAIRS, TASKS
from tests.training import tiny


@pytest.mark.parametrize("name", TASKS)
def test_every_task_names_what_the_rest_needs(name: str) -> None:
    import peft
    import transformers

    task: Task = components.load("tasks", name)()
    shapes = {FAMILIES[family].shape for other, family in PAIRS if other == name}
    assert shapes
    for shape in shapes:
        assert hasattr(transformers, task.auto_class(shape))
        kind = task.peft_type(shape)
        assert kind is None or kind in peft.TaskType.__members__
    for metric in task.metrics:
        assert scoring.higher_is_better(metric) in (True, False)
    assert any(column.is_input for column in task.columns.values())


@pytest.mark.parametrize("name", TASKS)
def test_a_task_goes_all_the_way_through_the_contest(
    name: str, bases: Bases, tmp_path: Path
) -> None:
    family = next(family for task, family in PAIRS if task == name)
    on = cells.cell(bases[family], name, Lora())
    few = on.table.slice(0, 8)
    work = Work(on.task, on.labels, on.table, few, metric=on.task.metrics[0], seed=0)
    splits = Splits(on.table, few, few, fingerprints={})
    on.task.check(splits)
    contender = tiny.contender(on.prepared, tmp_path, max_steps=2, validations=1)
    spec = EvaluationSpec(resamples=1000)
    entry = contest.enter(contender, work, splits, spec=spec)
    result = entry.result
    assert set(result.scores) <= set(on.task.metrics)
    assert on.task.metrics[0] in result.scores
    assert all(math.isfinite(score) for score in result.scores.values())
    low, high = result.interval
    assert low <= result.scores[on.task.metrics[0]] <= high
    json.dumps(result.details)
    answer_files.write_predictions([entry], splits, work, tmp_path / "predictions.parquet")
    reported = on.task.reported(entry.predictions, few, on.labels)
    assert reported.num_rows == few.num_rows
    assert not {pa.null()} & set(reported.schema.types)
    json.dumps(reported.to_pylist(), allow_nan=False)
    table = pq.read_table(tmp_path / "predictions.parquet")
    gold = on.task.references(few, on.labels)
    assert table["gold"].to_pylist() == on.task.in_context(gold, few, on.labels, gold=True)
    answers = on.task.in_context(entry.predictions.answers, few, on.labels)
    assert table["tiny"].to_pylist() == answers
    losses = [line["loss"] for line in tiny.log(tmp_path) if line["event"] == "validation"]
    assert len(losses) == 2
    assert losses[0] != losses[1]


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
    each = [SimpleNamespace(logits=logits[n : n + 1]) for n in (0, 1)]
    parts = [TASK.loss(row, targets[n : n + 1]).item() for n, row in enumerate(each)]
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
