"""Sequences end to end: what is put in comes out, in the order asked for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.examples import IGNORED, Codec, Examples
from pipeline.ragged import Ragged

sequences = st.lists(st.lists(st.integers(0, 99), max_size=6), max_size=8)


@given(sequences)
def test_sequences_come_out_as_they_went_in(given_: list[list[int]]) -> None:
    found = Ragged.of(given_)
    assert found.values.dtype == np.int32
    assert found.offsets.dtype == np.int64
    assert len(found) == len(given_)
    assert [item.tolist() for item in found] == given_
    assert found.lengths.tolist() == [len(item) for item in given_]


def test_a_sequence_can_be_of_another_type() -> None:
    assert Ragged.of([np.asarray([0.5]), []], dtype=np.float32).values.tolist() == [0.5]
    assert Ragged.of([np.asarray([3, 4])], dtype=np.uint8)[0].tolist() == [3, 4]


@given(sequences, st.randoms(use_true_random=False))
def test_take_gives_the_sequences_in_the_order_asked_for(
    given_: list[list[int]], random: Any
) -> None:
    chosen = [random.randrange(len(given_)) for _ in range(5)] if given_ else []
    part = Ragged.of(given_).take(np.asarray(chosen, np.int64))
    assert [item.tolist() for item in part] == [given_[n] for n in chosen]


@given(sequences)
def test_sums_are_those_of_each_sequence(given_: list[list[int]]) -> None:
    found = Ragged.of(given_)
    assert found.sums(found.values).tolist() == [sum(item) for item in given_]


def test_sequences_may_be_of_more_than_numbers() -> None:
    offsets = np.asarray([0, 2, 3])
    found = Ragged(np.arange(6).reshape(3, 2), offsets).take(np.asarray([1, 0]))
    assert [item.tolist() for item in found] == [[[4, 5]], [[0, 1], [2, 3]]]


# ------------------------------------------------------------------------ examples

IDS = Ragged.of([[5, 6, 7], [8], [9, 10]])
ALIGNED = np.asarray([0, 1, 2, 3, 4, 5])


def full() -> Examples:
    """Everything that an example can carry, targets once a token."""
    return Examples(
        ids=IDS,
        rows=np.asarray([0, 0, 1]),
        tokens=np.asarray([1, IGNORED, 2, 0, IGNORED, IGNORED], np.int32),
        types=ALIGNED.astype(np.uint8),
        positions=ALIGNED.astype(np.int32),
        side={"offsets": Ragged.of([[1], [2, 3], []]), "window": np.asarray([10, 11, 12])},
        looks_back=True,
        padding="left",
        cut=(1,),
        uncut_tokens=9,
    )


def test_everything_follows_the_examples_that_are_taken() -> None:
    part = full().take(np.asarray([2, 0]))
    assert [ids.tolist() for ids in part.ids] == [[9, 10], [5, 6, 7]]
    assert part.rows.tolist() == [1, 0]
    assert part.tokens is not None
    assert part.tokens.tolist() == [IGNORED, IGNORED, 1, IGNORED, 2]
    assert part.types is not None
    assert part.positions is not None
    assert part.types.tolist() == part.positions.tolist() == [4, 5, 0, 1, 2]
    offsets, window = part.side["offsets"], part.side["window"]
    assert [item.tolist() for item in offsets] == [[], [1]]
    assert isinstance(window, np.ndarray)
    assert window.tolist() == [12, 10]
    assert (part.looks_back, part.padding) == (True, "left")
    assert (part.cut, part.uncut_tokens) == ((), 5)  # what was cut is told of the whole
    assert len(full().take(np.asarray([], np.int64))) == 0


def test_values_and_responses_follow_too() -> None:
    spans = Examples(ids=IDS, rows=np.arange(3), values=np.arange(6).reshape(3, 2))
    part = spans.take(np.asarray([2, 0]))
    assert part.values is not None
    assert part.values.tolist() == [[4, 5], [0, 1]]
    written = Examples(ids=IDS, rows=np.arange(3), responses=Ragged.of([[1], [2, 3], [4]]))
    part = written.take(np.asarray([1, 2]))
    assert part.responses is not None
    assert [item.tolist() for item in part.responses] == [[2, 3], [4]]
    assert part.types is None


def test_a_step_is_divided_by_what_is_asked() -> None:
    assert full().items.tolist() == [2, 1, 0]
    assert full().lengths.tolist() == [3, 1, 2]
    once = Examples(ids=IDS, rows=np.arange(3), values=np.zeros(3))
    assert once.items.tolist() == [1, 1, 1]
    written = Examples(ids=IDS, rows=np.arange(3), responses=Ragged.of([[1, 1], [2, 3], []]))
    assert written.items.tolist() == [2, 2, 0]
    assert written.lengths.tolist() == [5, 3, 2]


def test_facts_count_rows_examples_and_what_was_cut() -> None:
    assert full().facts() == {
        "rows": 2, "examples": 3, "tokens": 6, "longest": 3, "mean": 2.0,
        "cut_rows": 1, "cut_share": round(1 - 6 / 9, 6),
    }  # fmt: skip
    none = Examples(ids=Ragged.of([]), rows=np.zeros(0, np.int64))
    assert none.facts() == {
        "rows": 0, "examples": 0, "tokens": 0, "longest": 0, "mean": 0.0,
        "cut_rows": 0, "cut_share": 0.0,
    }  # fmt: skip


@pytest.mark.parametrize(("eos", "end"), [(3, 3), (0, 0), (None, 7)])
def test_a_text_ends_with_its_end_token_else_with_the_separator(eos: int | None, end: int) -> None:
    tokenizer: Any = SimpleNamespace(pad_token_id=1, eos_token_id=eos, sep_token_id=7)
    codec = Codec(tokenizer, max_length=8, shape="encoder")
    assert (codec.pad, codec.end) == (1, end)
