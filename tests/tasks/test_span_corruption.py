"""What is hidden, what is read, what is written, and what is scored of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch

from pipeline.bases import resolve
from pipeline.contracts import ROW_ID, Silent, Work
from pipeline.data.batches import Cutting
from pipeline.data.tokens import bare
from pipeline.errors import ModelError
from pipeline.examples import Codec, Examples
from pipeline.ragged import Ragged
from pipeline.strategies.full import Full
from pipeline.tasks import _spans
from pipeline.tasks.span_corruption import SpanCorruption
from pipeline.training.inference import Answering
from pipeline.training.model import Prepared, prepare
from tests.hub.reviews import reviews
from tests.training import tiny
from tests.training.families import BUILDERS

TASK = SpanCorruption()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return BUILDERS["t5"](tmp_path_factory.mktemp("bases") / "t5")


def ready(base: Path) -> Prepared:
    return prepare(
        resolve(str(base)),
        task=TASK,
        labels=(),
        strategy=Full(),
        dropout=0.0,
        max_length=None,
        seed=0,
    )


@pytest.fixture(scope="module")
def codec(base: Path) -> Codec:
    return ready(base).codec


def rows(count: int, *, times: int = 1) -> pa.Table:
    texts = [" ".join([text] * times) for text, _ in reviews(count)]
    return pa.table({ROW_ID: [f"a.txt:{n}" for n in range(count)], "text": texts})


def encoded(table: pa.Table, codec: Codec, purpose: Any = "learn") -> Examples:
    return TASK.encode(table, (), codec, purpose=purpose)


def restored(read: np.ndarray, written: np.ndarray, codec: Codec) -> list[int]:
    """The text of an input and its answer: each sentinel replaced by what follows it."""
    names = codec.tokenizer.convert_ids_to_tokens
    spans: dict[str, list[int]] = {}
    for token in written.tolist():
        name = names(token)
        if name.startswith("<extra_id_"):
            spans[name] = found = []
        else:
            found.append(token)
    text: list[int] = []
    for token in read.tolist():
        text += spans.pop(names(token), [token])
    assert list(spans.values()) == [[codec.end]]  # the last sentinel ends the answer
    return text


# ------------------------------------------------------------------------- spans


@pytest.mark.parametrize("length", [1, 2, 3, 7, 40, 568])
def test_a_block_hides_as_much_as_it_should_in_as_many_spans(length: int) -> None:
    blocks = Ragged(np.arange(5 * length), np.arange(6) * length)
    found = _spans.counts(blocks.lengths, noise=0.15, mean_span=3.0)
    hidden = _spans.draw(blocks, found, np.random.default_rng(0)).reshape(5, length)
    assert (hidden.sum(1) == max(1, round(0.15 * length))).all()
    starts = np.diff(np.pad(hidden, ((0, 0), (1, 0))).astype(int)) == 1
    assert (starts.sum(1) == found.spans).all()
    assert found.spans[0] == max(1, round(found.hidden[0] / 3))


def test_every_way_to_hide_two_spans_is_as_likely() -> None:
    # Three tokens of six in two spans: 1 + 2 or 2 + 1, between 3 others: C(4, 2) places each.
    blocks = Ragged(np.zeros(6 * 24000), np.arange(24001) * 6)
    counts = _spans.Counts(np.full(24000, 3), np.full(24000, 2))
    hidden = _spans.draw(blocks, counts, np.random.default_rng(0)).reshape(-1, 6)
    ways, times = np.unique(hidden, axis=0, return_counts=True)
    assert len(ways) == 12
    assert abs(times / 2000 - 1).max() < 0.1


@pytest.mark.parametrize("noise", [0.01, 0.15, 0.5, 0.8])
@pytest.mark.parametrize("sentinels", [2, 100])
def test_the_longest_block_fits_and_a_longer_one_does_not(noise: float, sentinels: int) -> None:
    longest = _spans.longest_block(64, noise=noise, mean_span=3.0, sentinels=sentinels)

    def fits(length: int) -> bool:
        found = _spans.counts(np.asarray([length]), noise=noise, mean_span=3.0)
        hidden, spans = int(found.hidden[0]), int(found.spans[0])
        sizes = length - hidden + spans + 1, hidden + spans + 2
        return max(sizes) <= 64 and spans < sentinels

    assert longest > 2
    assert fits(longest)
    assert not fits(longest + 1)


# ---------------------------------------------------------------------- examples


@pytest.mark.parametrize("purpose", ["learn", "answer"])
@pytest.mark.parametrize("times", [1, 9])
def test_input_and_answer_together_are_the_text(purpose: Any, times: int, codec: Codec) -> None:
    table = rows(30, times=times)
    examples = encoded(table, codec, purpose)
    if purpose == "learn":
        assert examples.responses is None
        examples = TASK.draw(examples, codec, seed=(0, 0))
    assert examples.responses is not None
    assert examples.ids.lengths.max() <= codec.max_length
    assert examples.responses.lengths.max() <= codec.max_length
    texts: list[list[int]] = [[] for _ in range(30)]
    for n, row in enumerate(examples.rows):
        found = restored(examples.ids[n], examples.responses[n], codec)
        assert found[-1] == codec.end
        texts[row] += found[:-1]
    expected = bare(table["text"].to_pylist(), codec)
    assert texts == [ids.tolist() for ids in expected]
    assert (len(examples) > 30) == (times > 1)


def test_each_epoch_hides_other_spans_and_costs_the_same(codec: Codec) -> None:
    examples = encoded(rows(20, times=2), codec)
    first, again, other = (TASK.draw(examples, codec, seed=(0, n)) for n in (0, 0, 1))
    assert np.array_equal(first.ids.values, again.ids.values)
    assert not np.array_equal(first.ids.values, other.ids.values)
    assert len(first) == len(other) == len(examples)
    assert np.array_equal(first.lengths, other.lengths)


def test_what_is_hidden_of_a_row_to_be_scored_follows_from_the_row_alone(codec: Codec) -> None:
    table = rows(12, times=2)
    whole = encoded(table, codec, "answer")
    alone = encoded(table.slice(7, 1), codec, "answer")
    assert whole.responses is not None
    assert alone.responses is not None
    assert np.array_equal(whole.ids[7], alone.ids[0])
    assert np.array_equal(whole.responses[7], alone.responses[0])
    places = {tuple(np.flatnonzero(np.isin(ids, codec.tokenizer.all_special_ids))) for ids in
              encoded(rows(12), codec, "answer").ids}  # fmt: skip
    assert len(places) > 3  # and not all rows are hidden in the same places


def test_a_tokenizer_without_sentinels_is_refused(
    tmp_path_factory: pytest.TempPathFactory, codec: Codec
) -> None:
    folder = BUILDERS["bart"](tmp_path_factory.mktemp("bases") / "bart")
    other = replace(codec, tokenizer=tiny_tokenizer(folder))
    with pytest.raises(ModelError, match="no sentinel tokens: <extra_id_0>"):
        encoded(rows(2), other)


def tiny_tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder)


def test_a_context_too_small_for_anything_is_refused(codec: Codec) -> None:
    with pytest.raises(ModelError, match="no text fits into 3 tokens"):
        encoded(rows(2), replace(codec, max_length=3))


# ----------------------------------------------------------------------- answers


def test_scores_are_those_of_the_hidden_tokens_one_by_one(base: Path) -> None:
    prepared, table = ready(base), rows(9, times=9)
    answering = Answering(
        model=prepared.model,
        codec=prepared.codec,
        task=TASK,
        labels=(),
        cutting=Cutting(max_tokens=512),
        device=torch.device("cpu"),
    )
    found = answering.predict(table).answers
    examples = encoded(table, prepared.codec, "answer")
    assert examples.responses is not None
    expected = np.zeros((9, 3))
    prepared.model.eval()
    names = prepared.codec.tokenizer.convert_ids_to_tokens
    for n, row in enumerate(examples.rows):
        labels = torch.tensor(examples.responses[n][None].astype(np.int64))
        with torch.no_grad():
            ids = torch.tensor(examples.ids[n][None].astype(np.int64))
            logits = prepared.model(input_ids=ids, labels=labels).logits[0]
        for place, token in enumerate(labels[0].tolist()):
            if names(token).startswith("<extra_id_") or token == prepared.codec.end:
                continue
            nats = -logits.log_softmax(-1)[place, token].item()
            expected[row] += [logits[place].argmax().item() == token, nats, 1]
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert TASK.readable(found, ())[0] == f"{found[0, 0]:.0f} of {found[0, 2]:.0f} hidden tokens"
    assert answering.predict(table.slice(0, 0)).answers.shape == (0, 3)


def test_gaps_are_learnt(base: Path, tmp_path: Path) -> None:
    table = rows(4)
    on = Work(
        task=TASK,
        labels=(),
        train=table,
        validation=table,
        metric="masked_accuracy",
        seed=0,
    )
    fitted = tiny.fit(
        ready(base),
        tmp_path / "run",
        on=on,
        learning_rate=1e-2,
        epochs=100,
        batch_size=4,
        validations=2,
    )
    first, *_, last = fitted.validations
    assert last["loss"] < 2 < 6 < first["loss"]
    assert last["score"] is None  # the loss chooses
    _, nats, hidden = fitted.model.predict(table, Silent()).answers.sum(0)
    assert nats / hidden < 4  # of ln 512 = 6.2
