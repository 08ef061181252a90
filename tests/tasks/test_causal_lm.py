"""Causal language models: every token is asked once, given what stands before it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch

from pipeline.bases import resolve
from pipeline.contracts import ROW_ID
from pipeline.data.batches import Cutting
from pipeline.examples import IGNORED, Codec, Examples
from pipeline.strategies.full import Full
from pipeline.tasks.causal_lm import CausalLm
from pipeline.training.inference import Answering
from pipeline.training.model import Prepared, prepare
from tests.training.families import BUILDERS

TEXTS = ["a good film", "", "bad", "the film was good and the cast was bad " * 9, "good good"]


def rows(texts: list[str]) -> pa.Table:
    return pa.table({ROW_ID: [f"a.txt:{n}" for n in range(len(texts))], "text": texts})


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = BUILDERS["gpt2"](tmp_path_factory.mktemp("bases") / "gpt2")
    return prepare(
        resolve(str(folder)),
        task=CausalLm(),
        labels=(),
        strategy=Full(),
        dropout=0.0,
        max_length=16,
        seed=0,
    )


def encoded(codec: Codec, task: CausalLm, *, purpose: Any = "learn") -> Examples:
    return task.encode(rows(TEXTS), (), codec, purpose=purpose)


@pytest.mark.parametrize("purpose", ["learn", "answer"])
@pytest.mark.parametrize("packing", [False, True])
def test_every_token_and_every_end_is_asked_once(
    ready: Prepared, purpose: str, packing: bool
) -> None:
    found = encoded(ready.codec, CausalLm(packing=packing), purpose=purpose)
    assert found.tokens is not None
    asked = found.tokens[found.tokens != IGNORED]
    plain = [ready.codec.tokenizer(text)["input_ids"] for text in TEXTS]
    expected = [token for ids in plain for token in [*ids, ready.codec.end]]
    assert sorted(asked.tolist()) == sorted(expected)
    assert int(found.items.sum()) == len(expected)
    assert found.ids.lengths.max() <= 16
    if not packing:
        for number, row in enumerate(found.rows):
            assert set(found.ids[number]) <= {*plain[row], ready.codec.end}


@pytest.mark.parametrize("context", [None, 1, 15, 500])
def test_a_window_gives_each_token_what_it_promises(ready: Prepared, context: int | None) -> None:
    found = encoded(ready.codec, CausalLm(context=context), purpose="answer")
    assert found.tokens is not None
    windows = np.flatnonzero(found.rows == 3)
    repeated = min(context or 8, 15)
    for order, number in enumerate(windows):
        targets = found.tokens[found.ids.offsets[number] : found.ids.offsets[number + 1]]
        asked = np.flatnonzero(targets != IGNORED)
        assert asked[0] == (repeated if order else 0)
        assert (np.diff(asked) == 1).all()


def test_the_score_of_a_text_is_the_sum_of_its_tokens(ready: Prepared) -> None:
    """Against plain transformers, one window after the other."""
    task, codec, model = CausalLm(context=4), ready.codec, ready.model
    answering = Answering(
        model=model,
        codec=codec,
        task=task,
        labels=(),
        cutting=Cutting(max_tokens=64),
        device=torch.device("cpu"),
    )
    found = answering.predict(rows(TEXTS)).answers
    for row, text in enumerate(TEXTS):
        ids = [codec.end, *codec.tokenizer(text)["input_ids"], codec.end]
        nats, place = 0.0, 1
        while place < len(ids):
            start = 0 if place == 1 else place - 5
            window = torch.tensor([ids[start : min(start + 16, len(ids) - 1)]])
            with torch.no_grad():
                told = model(input_ids=window).logits[0].log_softmax(-1)
            last = start + window.shape[1]
            nats -= sum(told[n - 1 - start, ids[n]].item() for n in range(place, last + 1))
            place = last + 1
        assert found[row, 0] == pytest.approx(nats, rel=1e-5)
        assert found[row, 1] == len(ids) - 1


@pytest.mark.parametrize("family", ["gpt2", "llama"])
@pytest.mark.parametrize("training", [False, True])
def test_packed_texts_do_not_see_each_other(family: str, training: bool, tmp_path: Path) -> None:
    base = resolve(str(BUILDERS[family](tmp_path / family)))
    ready = prepare(
        base, task=CausalLm(), labels=(), strategy=Full(), dropout=0.0, max_length=32, seed=0
    )
    with torch.no_grad():  # at random weights a leak would be lost in the noise
        for parameter in ready.model.parameters():
            parameter.mul_(4.0)
    losses = []
    for packing in (False, True):
        task = CausalLm(packing=packing)
        examples = encoded(ready.codec, task)
        answering = Answering(
            model=ready.model.train(training),
            codec=ready.codec,
            task=task,
            labels=(),
            cutting=Cutting(max_tokens=64),
            device=torch.device("cpu"),
        )
        losses.append(answering.measure(examples, pieces=False).loss)
        assert (examples.positions is not None) == packing
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_words_and_bytes_are_what_the_score_is_divided_by() -> None:
    sizes = CausalLm().references(rows(["é a", "한국"]), ())
    assert sizes.tolist() == [[4, 3], [6, 2]]
    assert CausalLm().readable(np.asarray([[math.log(2) * 8, 3]]), ()) == ["8.0 bits in 3 tokens"]
    assert CausalLm().gold(sizes, ()) == ["4 bytes", "6 bytes"]
