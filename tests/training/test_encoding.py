"""Rows that are encoded in parts are the examples that all of them give at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from pipeline import scratch
from pipeline.contracts import Silent, Task
from pipeline.examples import Codec, Examples
from pipeline.ragged import Ragged
from pipeline.tasks.causal_lm import CausalLm
from pipeline.tasks.masked_lm import MaskedLm
from pipeline.tasks.text_classification import TextClassification
from pipeline.training import encoding

ROWS = 50
TEXTS = ["the film is dull " * (1 + n * 7 % 30) + str(n) for n in range(ROWS)]
TABLE = pa.table(
    {
        "text": TEXTS,
        "text_pair": TEXTS[::-1],
        "label": [str(n % 3) for n in range(ROWS)],
    }
)


@pytest.fixture(scope="module")
def codec(tiny_base: Path) -> Codec:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    return Codec(tokenizer, max_length=24, shape="encoder", vocabulary=len(tokenizer))


def plain(value: Any) -> Any:
    """Arrays as lists, whatever holds them."""
    if isinstance(value, Ragged):
        return value.values.tolist(), value.offsets.tolist()
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


def contents(examples: Examples) -> dict[str, Any]:
    return {one.name: plain(getattr(examples, one.name)) for one in fields(examples)}


@pytest.mark.parametrize("in_memory", [1 << 26, 100])
@pytest.mark.parametrize(
    "task", [TextClassification(), CausalLm(), MaskedLm()], ids=lambda task: task.name
)
def test_parts_are_joined_to_the_whole(
    task: Task, in_memory: int, codec: Codec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = task.labels(TABLE)
    whole = task.encode(TABLE, labels, codec, purpose="learn", report=Silent())
    monkeypatch.setattr(encoding, "_CHUNK", 8)
    monkeypatch.setattr(scratch, "_IN_MEMORY", in_memory)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "room"))
    joined = encoding.encoded(task, TABLE, labels, codec, purpose="learn", report=Silent())
    assert contents(joined) == contents(whole)
    assert (tmp_path / "room").exists() == (in_memory == 100)
    assert joined.ids.values.flags.writeable == (in_memory != 100)  # a mapped file is not


def test_a_task_whose_examples_know_of_each_other_sees_all_rows(
    codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "_CHUNK", 8)
    asked: list[int] = []

    class Whole(TextClassification):
        encodes_in_parts = False

        def encode(self, table: pa.Table, *args: Any, **options: Any) -> Examples:
            asked.append(table.num_rows)
            return super().encode(table, *args, **options)

    task = Whole()
    encoding.encoded(task, TABLE, ("0", "1", "2"), codec, purpose="learn", report=Silent())
    assert asked == [ROWS]
