"""Answers row for row, whatever the order and the cut of the passes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import accelerate.utils
import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from pipeline.contracts import Predictions, Task, Work
from pipeline.data.batches import Cutting
from pipeline.examples import Batch, Codec, Examples, Purpose
from pipeline.ragged import Ragged
from pipeline.tasks.text_classification import TextClassification
from pipeline.training.inference import Answering
from pipeline.training.model import Prepared
from tests.conftest import Bases
from tests.training import tiny

CUTS = [
    Cutting(max_tokens=8192, overhead=10**6),
    Cutting(max_tokens=8192, max_rows=1),
    Cutting(max_tokens=100, overhead=0),
]


def answering(prepared: Prepared, on: Work, cutting: Cutting = CUTS[0]) -> Answering:
    return Answering(
        model=prepared.model,
        codec=prepared.codec,
        task=on.task,
        labels=on.labels,
        cutting=cutting,
        device=torch.device("cpu"),
    )


def alone(prepared: Prepared, on: Work) -> np.ndarray:
    """(N, C) logits by plain transformers, each row alone."""
    found = []
    columns = [n for n in ("text", "text_pair") if n in on.train.column_names]
    rows = zip(*(on.train[name].to_pylist() for name in columns), strict=True)
    prepared.model.eval()
    for row in rows:
        inputs = prepared.codec.tokenizer(*row, truncation=True, max_length=64, return_tensors="pt")
        with torch.no_grad():
            found.append(prepared.model(**inputs).logits.numpy()[0])
    prepared.model.train()
    return np.asarray(found)


class Member:
    """One of several processes, whose answers are put together by the test."""

    def __init__(self, rank: int, processes: int) -> None:
        self.process_index, self.num_processes = rank, processes

    def reduce(self, value: torch.Tensor, *, reduction: str) -> torch.Tensor:
        assert reduction == "sum"
        return value


def gathering(kept: list[dict[int, np.ndarray]]) -> Callable[[list[Any]], list[Any]]:
    """What all processes have answered so far, each of them asked in turn."""

    def gather(mine: list[Any]) -> list[Any]:
        kept.extend(mine)
        return kept

    return gather


@pytest.mark.parametrize("pairs", [False, True])
def test_logits_are_those_of_each_row_alone(
    pairs: bool, tiny_base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared, on = tiny.ready(tiny_base), tiny.work(17, pairs=pairs)
    expected = alone(prepared, on)
    for cutting in CUTS:
        one = answering(prepared, on, cutting)
        examples = one.examples(on.train)
        done: list[int] = []
        found = one.pieces(examples, done.append)
        assert len(found) == 17
        assert {piece.dtype for piece in found} == {np.dtype(np.float32)}
        assert abs(np.stack(found) - expected).max() <= 1e-5
        assert sum(done) == 17
        assert prepared.model.training

        kept: list[dict[int, np.ndarray]] = []
        monkeypatch.setattr(accelerate.utils, "gather_object", gathering(kept))
        for rank in range(3):
            with suppress(KeyError):  # the others have not all answered yet
                together = replace(one, accelerator=Member(rank, 3)).pieces(examples)
        assert sorted(n for part in kept for n in part) == list(range(17))  # each answered once
        assert abs(np.stack(together) - np.stack(found)).max() <= 1e-5


@pytest.mark.parametrize("cutting", CUTS)
def test_the_loss_is_the_mean_over_all_targets(cutting: Cutting, tiny_base: Path) -> None:
    prepared, on = tiny.ready(tiny_base), tiny.work(17)
    gold = torch.from_numpy(on.task.references(on.train, on.labels))
    expected = cross_entropy(torch.from_numpy(alone(prepared, on)), gold).item()
    one = answering(prepared, on, cutting)
    examples = on.task.encode(on.train, on.labels, prepared.codec, purpose="learn")
    found = one.measure(examples, pieces=True)
    assert found.loss == pytest.approx(expected, abs=1e-6)
    assert found.pieces is not None
    assert abs(np.stack(found.pieces) - alone(prepared, on)).max() <= 1e-5
    plain = one.measure(examples, pieces=False)
    assert plain.pieces is None
    assert plain.loss == found.loss
    shares = [
        replace(one, accelerator=Member(rank, 3)).measure(examples, pieces=False).loss
        for rank in range(3)
    ]
    assert sum(shares) == pytest.approx(expected, abs=1e-6)
    assert prepared.model.training


def test_the_mode_comes_back_after_an_exception(
    tiny_base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared, on = tiny.ready(tiny_base), tiny.work(3)
    prepared.model.train()

    def fail(self: Task, outputs: Any, batch: Batch) -> list[np.ndarray]:
        assert not prepared.model.training
        raise KeyboardInterrupt

    monkeypatch.setattr(TextClassification, "pieces", fail)
    one = answering(prepared, on)
    with pytest.raises(KeyboardInterrupt):
        one.pieces(one.examples(on.train))
    assert prepared.model.training


def test_tables_are_answered_in_chunks_that_do_not_show(
    tiny_base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared, on = tiny.ready(tiny_base), tiny.work(17)
    one = answering(prepared, on)
    whole = one.predict(on.train)
    monkeypatch.setattr("pipeline.training.inference._CHUNK", 5)
    chunked = one.predict(on.train)
    assert whole.answers.tolist() == alone(prepared, on).argmax(1).tolist()
    assert chunked.answers.tolist() == whole.answers.tolist()
    assert whole.scores is not None
    assert chunked.scores is not None
    assert abs(chunked.scores - whole.scores).max() <= 1e-6
    assert chunked.scores.shape == (17, 2)


def test_no_rows_have_no_answers(tiny_base: Path) -> None:
    prepared, on = tiny.ready(tiny_base), tiny.work(3)
    found = answering(prepared, on).predict(on.train.slice(0, 0))
    assert found.answers.shape == (0,)
    assert found.answers.dtype == np.int64
    assert found.scores is not None
    assert found.scores.shape == (0, 2)


# ------------------------------------------------------------------------- writing


class Echo(TextClassification):
    """A task that writes five tokens to each text; its answers are the tokens."""

    generates = True

    def encode(
        self, table: Any, labels: Any, codec: Codec, *, purpose: Purpose, **more: Any
    ) -> Examples:
        ids = Ragged.of(codec.tokenizer(table["text"].to_pylist())["input_ids"])
        return Examples(ids=ids, rows=np.arange(len(ids)), padding="left")

    def generation(self, codec: Codec) -> dict[str, Any]:
        return {
            "max_new_tokens": 5,
            "min_new_tokens": 5,
            "do_sample": False,
            "suppress_tokens": [codec.pad],  # which would not be told from padding
        }

    def decode(self, pieces: Any, *context: Any) -> Predictions:
        answers = np.empty(len(pieces), object)
        answers[:] = [tuple(piece.tolist()) for piece in pieces]
        return Predictions(answers)


@pytest.mark.parametrize(
    ("family", "model_class"),
    [
        ("gpt2", "AutoModelForCausalLM"),
        ("llama", "AutoModelForCausalLM"),
        ("t5", "AutoModelForSeq2SeqLM"),
        ("bart", "AutoModelForSeq2SeqLM"),
    ],
)
def test_what_is_written_is_what_each_prompt_alone_is_answered(
    family: str, model_class: str, bases: Bases
) -> None:
    import transformers

    model = getattr(transformers, model_class).from_pretrained(bases[family]).eval()
    codec = tiny.codec(bases[family])
    on = replace(tiny.work(6), task=Echo())
    found = Answering(
        model=model,
        codec=codec,
        task=on.task,
        labels=(),
        cutting=CUTS[0],
        device=torch.device("cpu"),
    ).predict(on.train)
    for text, answer in zip(on.train["text"].to_pylist(), found.answers, strict=True):
        inputs = codec.tokenizer(text, return_tensors="pt")
        inputs.pop("token_type_ids", None)
        with torch.inference_mode():
            (written,) = model.generate(
                **inputs, pad_token_id=codec.pad, **on.task.generation(codec)
            )
        start = 1 if codec.shape == "encoder-decoder" else inputs["input_ids"].shape[1]
        assert answer == tuple(n for n in written[start:].tolist() if n != codec.pad)
        assert len(answer) > 0
