"""The recurrent model: however texts are padded and cut, each token costs the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from pipeline.language.rnn import Rnn, chunks, ranks
from pipeline.language.rnn_training import Training, planned, train
from pipeline.language.vocabulary import BEGIN, END, Encoded, Vocabulary

SENTENCES = ["a b c a b c a b", "c", "", "b a c b a c b a c b a c b a c", "a a a a"]
WORDS = [sentence.split() for sentence in SENTENCES]
VOCABULARY = Vocabulary(f"{stem}{n or ''}" for n in range(9) for stem in "abc")
TEXT = VOCABULARY.encode(WORDS)
TRAINING = Training(
    hidden=16,
    layers=2,
    dropout=0.1,
    epochs=3,
    max_steps=1000,
    learning_rate=0.01,
    batch_size=2,
    span=4,
    seed=0,
)


@pytest.fixture
def model() -> Rnn:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return Rnn(ranks(TEXT, vocabulary_size=len(VOCABULARY)), hidden=16, layers=2, dropout=0.5)


def test_a_batch_costs_what_each_token_costs_when_asked_alone(model: Rnn) -> None:
    found = model.token_nats(TEXT)

    for start, length in zip(TEXT.starts, TEXT.lengths, strict=True):
        assert found[start] == 0
        ask = model.following([])
        p = next(ask)
        for place in range(start + 1, start + length):
            assert p.shape == (len(VOCABULARY),)
            assert p.sum() == pytest.approx(1.0, abs=1e-5)
            assert found[place] == pytest.approx(-np.log(p[TEXT.ids[place]]), abs=1e-4)
            p = ask.send(int(TEXT.ids[place]))


def test_a_context_given_at_once_is_one_given_token_by_token(model: Rnn) -> None:
    ids = TEXT.ids[1:6].tolist()
    ask = model.following([])
    p = next(ask)
    for id_ in ids:
        p = ask.send(id_)

    np.testing.assert_allclose(next(model.following(ids)), p, atol=1e-6)


@pytest.mark.parametrize("length", [1, 3, 100])
def test_chunks_hold_each_token_once(length: int) -> None:
    rows = np.array([3, 0, 2])
    places = [
        place
        for ids, targets, where in chunks(TEXT, rows, length=length)
        for place, before, target in zip(where.flat, ids.flat, targets.flat, strict=True)
        if target >= 0
        if TEXT.ids[place] == target and TEXT.ids[place - 1] == before
    ]
    wanted = [
        place
        for row in rows
        for place in range(TEXT.starts[row] + 1, TEXT.starts[row] + TEXT.lengths[row])
    ]
    assert sorted(places) == sorted(wanted)


def test_frequent_tokens_come_first_and_what_is_never_predicted_last() -> None:
    found = ranks(TEXT, vocabulary_size=len(VOCABULARY)).tolist()

    assert sorted(found) == list(range(len(VOCABULARY)))
    assert found[VOCABULARY.lookup(["a"])[0]] == 0
    assert found[END] < 4
    assert found[BEGIN] == len(VOCABULARY) - 1


def test_training_learns_counts_its_steps_and_keeps_the_best_epoch() -> None:
    text = VOCABULARY.encode([["a", "b", "c"] * 4] * 20)
    steps: list[int] = []
    validation: Encoded = VOCABULARY.encode([["a", "b", "c"] * 2])

    model, epoch = train(
        text, validation, TRAINING, vocabulary_size=len(VOCABULARY), advance=steps.append
    )

    assert sum(steps) == planned(text, TRAINING) == 10 * 4 * 3
    assert 1 <= epoch <= TRAINING.epochs
    assert model.token_nats(validation).sum() < 7 * np.log(3)
    again, _ = train(
        text, validation, TRAINING, vocabulary_size=len(VOCABULARY), advance=steps.append
    )
    np.testing.assert_array_equal(again.token_nats(text), model.token_nats(text))


def test_a_saved_model_answers_identically(model: Rnn, tmp_path: Path) -> None:
    model.save(tmp_path)

    np.testing.assert_array_equal(Rnn.load(tmp_path).token_nats(TEXT), model.token_nats(TEXT))
    assert [file.name for file in tmp_path.iterdir()] == ["rnn.safetensors"]
