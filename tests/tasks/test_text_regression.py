"""Numbers are learnt standardised, and answered in the person's units."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch

from pipeline.contracts import ROW_ID, Splits
from pipeline.errors import DataError
from pipeline.tasks.text_regression import TextRegression

TASK = TextRegression()
NOTHING: Any = None


def rows(values: list[float]) -> pa.Table:
    return pa.table(
        {
            ROW_ID: [f"a.csv:{n}" for n in range(len(values))],
            "text": [f"text {n}" for n in range(len(values))],
            "value": pa.array(values, pa.float64()),
        }
    )


def test_numbers_are_taken_and_written_as_they_are() -> None:
    gold = TASK.references(rows([0.5, 1990.25, -3.0]), ())
    assert gold.dtype == np.float64
    assert gold.tolist() == [0.5, 1990.25, -3.0]
    assert TASK.readable(gold, ()) == ["0.5", "1990.25", "-3"]


def test_training_rows_alone_say_how_to_standardise() -> None:
    task = TASK.informed(rows([1.0, 3.0]), ())
    assert (task.offset, task.scale) == (2.0, 1.0)
    assert TASK.informed(rows([0.0, 10.0, 20.0]), ()).scale == pytest.approx(np.std([0, 10, 20]))


def test_the_loss_is_the_sum_of_squares() -> None:
    outputs = SimpleNamespace(logits=torch.tensor([[1.0], [0.5]], dtype=torch.bfloat16))
    found = TASK.loss(outputs, torch.tensor([0.0, 2.5]))
    assert found.dtype == torch.float32
    assert found.item() == pytest.approx(1 + 4)


@pytest.mark.parametrize("bias", [True, False])
def test_after_folding_the_task_answers_as_before(bias: bool) -> None:
    task = TASK.informed(rows([1985.0, 1990.0, 2000.0]), ())
    layer = torch.nn.Linear(4, 1, bias=bias)
    states = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))

    def answers(task: TextRegression) -> np.ndarray:
        pieces = task.pieces(SimpleNamespace(logits=layer(states).detach()), NOTHING)
        return task.decode(pieces, NOTHING, NOTHING, (), NOTHING).answers

    before = answers(task)
    folded = task.folded(lambda: layer)
    after = answers(folded)

    assert after == pytest.approx(before, abs=1e-3)
    assert folded.scale == 1
    # A head without a bias cannot take up the mean.
    assert folded.offset == (0 if bias else task.offset)
    plain = layer(states).detach().numpy()[:, 0]
    assert plain + folded.offset == pytest.approx(before, abs=1e-3)
    assert f"+ {task.offset}" in folded.example("decoder", max_length=8) or bias


def test_no_rows_give_no_numbers() -> None:
    found = TASK.decode([], NOTHING, NOTHING, (), NOTHING).answers
    assert found.shape == (0,)
    assert found.dtype == np.float64


def test_numbers_that_are_all_the_same_are_refused_in_every_split() -> None:
    splits = Splits(rows([2.0, 2.0]), rows([1.0, 2.0]), rows([3.0]), fingerprints={})
    with pytest.raises(DataError) as caught:
        TASK.check(splits)
    said = [str(problem) for problem in caught.value.problems]
    assert len(said) == 2
    assert "train: the rows have the same value: 2" in said[0]
    assert "test: the rows have the same value: 3" in said[1]


def test_the_example_prints_the_number() -> None:
    said: list[float] = []
    names = {
        "torch": torch,
        "tokenizer": lambda texts, **options: {},
        "model": lambda **inputs: SimpleNamespace(logits=torch.tensor([[1.5]])),
        "print": said.append,
    }
    exec(TextRegression(offset=2.0).example("encoder", max_length=8), names)  # noqa: S102
    assert said == [3.5]
