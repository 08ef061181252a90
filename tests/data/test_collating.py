"""Padded blocks as a tokenizer pads, with the targets in their places."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pipeline.data.collating import collate
from pipeline.examples import IGNORED, Batch, Codec, Examples
from pipeline.ragged import Ragged
from pipeline.tasks.text_classification import TextClassification
from tests.conftest import Bases
from tests.training import tiny
from tests.training.families import BUILDERS

CPU = torch.device("cpu")
NUMBERS = np.asarray([2, 0])


@pytest.fixture(scope="module")
def codec(tiny_base: Path) -> Codec:
    return tiny.codec(tiny_base)


def lists(batch: Batch) -> dict[str, Any]:
    """Inputs as plain lists."""
    return {
        name: value.tolist() if isinstance(value, torch.Tensor) else value
        for name, value in batch.inputs.items()
    }


def targets(batch: Batch) -> Any:
    assert batch.targets is not None
    assert batch.targets.dtype == torch.int64
    return batch.targets.tolist()


@pytest.mark.parametrize("pairs", [False, True])
@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("family", sorted(BUILDERS))
def test_a_block_is_what_the_tokenizer_pads(
    family: str, side: str, pairs: bool, bases: Bases
) -> None:
    codec = tiny.codec(bases[family])
    tokenizer: Any = codec.tokenizer
    rows = tiny.table(9, pairs=pairs)
    task = TextClassification()
    examples = task.encode(rows, tiny.LABELS, codec, purpose="learn")
    chosen = np.asarray([4, 0, 7, 3])
    tokenizer.padding_side = side
    found = collate(examples, chosen, codec, device=CPU)
    columns = [rows[name].to_pylist() for name in ("text", "text_pair")[: 1 + pairs]]
    texts = list(zip(*columns, strict=True))
    encoded = [tokenizer(*texts[n], truncation=True, max_length=64) for n in chosen]
    expected = tokenizer.pad(encoded, return_tensors="np")
    if not pairs:  # without types a model takes zeros, which is what the tokenizer says
        assert not expected.pop("token_type_ids", np.zeros(1)).any()
    assert found.inputs.keys() == dict(expected).keys()
    for name, block in found.inputs.items():
        assert block.dtype == torch.int64
        assert np.array_equal(block.numpy(), expected[name])
    assert found.numbers.tolist() == chosen.tolist()
    assert found.lengths.tolist() == [len(item["input_ids"]) for item in encoded]
    assert targets(found) == task.references(rows, tiny.LABELS)[chosen].tolist()
    asked = task.encode(rows, tiny.LABELS, codec, purpose="answer")
    assert collate(asked, chosen, codec, device=CPU).targets is None


# Three short examples; only the first and the last are asked for, the last one first.
PLAIN = Examples(ids=Ragged.of([[5, 6, 7], [8], [9, 10]]), rows=np.arange(3))


@pytest.mark.parametrize(
    ("side", "ids", "asked"),
    [
        ("right", [[9, 10, 0], [5, 6, 7]], [[3, IGNORED, IGNORED], [0, IGNORED, 1]]),
        ("left", [[0, 9, 10], [5, 6, 7]], [[IGNORED, 3, IGNORED], [0, IGNORED, 1]]),
    ],
)
def test_what_is_asked_of_a_token_stands_where_the_token_stands(
    side: Any, ids: Any, asked: Any, codec: Codec
) -> None:
    tokens = np.asarray([0, IGNORED, 1, 2, 3, IGNORED], np.int32)
    examples = replace(PLAIN, tokens=tokens, padding=side)
    found = collate(examples, NUMBERS, codec, device=CPU)
    assert codec.tokenizer.padding_side == "right"  # the examples' own side comes first
    assert found.inputs["input_ids"].tolist() == ids
    assert targets(found) == asked


def test_where_attention_only_looks_back_padding_follows_and_no_mask_is_needed(
    codec: Codec,
) -> None:
    found = collate(replace(PLAIN, looks_back=True, padding="left"), NUMBERS, codec, device=CPU)
    assert lists(found) == {"input_ids": [[9, 10, codec.pad], [5, 6, 7]]}


def test_packed_texts_are_told_apart_by_positions_alone(codec: Codec) -> None:
    positions = np.asarray([0, 1, 0, 0, 0, 0], np.int32)
    packed = replace(PLAIN, positions=positions, looks_back=True)
    assert lists(collate(packed, NUMBERS, codec, device=CPU)) == {
        "input_ids": [[9, 10, codec.pad], [5, 6, 7]],
        "position_ids": [[0, 0, 0], [0, 1, 0]],
        "use_cache": False,
    }


def test_a_decoder_is_given_its_answer_one_step_late(codec: Codec) -> None:
    responses = Ragged.of([[11, 2], [12, 13, 2], [14, 15, 16, 2]])
    two_sided = replace(codec, shape="encoder-decoder", decoder_start=1)
    found = collate(replace(PLAIN, responses=responses), NUMBERS, two_sided, device=CPU)
    assert targets(found) == [[14, 15, 16, 2], [11, 2, IGNORED, IGNORED]]
    assert lists(found) == {
        "input_ids": [[9, 10, codec.pad], [5, 6, 7]],
        "attention_mask": [[1, 1, 0], [1, 1, 1]],
        "decoder_input_ids": [[1, 14, 15, 16], [1, 11, 2, codec.pad]],
    }
    assert found.lengths.tolist() == [2, 3]


def test_values_keep_their_shape_and_type(codec: Codec) -> None:
    spans = np.asarray([[0, 1], [2, 3], [4, 5]])
    assert targets(collate(replace(PLAIN, values=spans), NUMBERS, codec, device=CPU)) == [
        [4, 5],
        [0, 1],
    ]
    numbers = collate(replace(PLAIN, values=np.asarray([0.5, 1, 2.5])), NUMBERS, codec, device=CPU)
    assert numbers.targets is not None
    assert numbers.targets.is_floating_point()
    assert numbers.targets.tolist() == [2.5, 0.5]


def test_an_empty_input_is_all_padding(codec: Codec) -> None:
    empty = Examples(ids=Ragged.of([[], [7]]), rows=np.arange(2))
    found = collate(empty, np.asarray([0, 1]), codec, device=CPU)
    assert lists(found) == {"input_ids": [[codec.pad], [7]], "attention_mask": [[0], [1]]}
    found = collate(empty, np.asarray([0]), codec, device=CPU)
    assert found.inputs["input_ids"].shape == (1, 0)
