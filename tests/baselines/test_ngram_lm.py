"""The n-gram language model: honest probabilities of whole texts, whatever they hold."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from pipeline.baselines.ngram_lm import NgramLm
from pipeline.contracts import Silent
from pipeline.language.vocabulary import END, UNKNOWN
from tests.baselines.languages import TRAIN, VALIDATION, subwords, texts, work


def test_characters_have_a_probability_that_sums_to_one_over_all_texts() -> None:
    fitted = NgramLm(alphabets=("characters",), orders=(3,)).fit(
        work("causal-lm", train=["ab", "b"])
    )
    symbols = "ab\U0001f600"
    unknown = 0x110000  # one symbol stands for as many texts as there are code points

    mass = 0.0
    for length in range(9):
        rows = ["".join(row) for row in itertools.product(symbols, repeat=length)]
        p = np.exp(-fitted.predict(texts(rows), Silent()).answers[:, 0])
        mass += sum(p * [float(unknown) ** row.count(symbols[2]) for row in rows])

    assert 0.95 < mass < 1 + 1e-6


def test_a_text_costs_what_each_of_its_tokens_costs(tiny_base: Path) -> None:
    for base in (None, subwords(tiny_base)):
        fitted = NgramLm(orders=(4,), cache=(0.2,)).fit(work("causal-lm", subwords=base))
        ids = fitted.alphabet.encode([VALIDATION[0]]).ids[1:].tolist()

        nats = 0.0
        ask = fitted.following([])
        p = next(ask)
        for token in ids:
            assert p.sum() == pytest.approx(1.0, abs=1e-6)
            nats -= math.log(p[token]) - fitted.alphabet.unknown * (token == UNKNOWN)
            p = ask.send(token)

        answers = fitted.predict(texts(VALIDATION), Silent()).answers
        assert ids[-1] == END
        assert answers[0].tolist() == pytest.approx([nats, len(ids)], rel=1e-6)


def test_what_nobody_has_seen_has_a_probability_too() -> None:
    odd = texts(["", "\U0001f600", "ᚠᛇᚻ", "\u200b\n\t"])
    found = NgramLm().fit(work("causal-lm")).predict(odd, Silent()).answers

    assert np.isfinite(found).all()
    assert found[:, 1].tolist() == [1, 2, 4, 4]
    assert (found[1:, 0] > math.log(0x110000)).all()


def test_the_likeliest_candidate_on_validation_is_kept() -> None:
    here = work("causal-lm", validation=texts(TRAIN))
    best = NgramLm(
        alphabets=("characters",), orders=(1, 6), smoothings=("add-k", "kneser-ney"), k=(5.0,)
    ).fit(here)

    assert best.notes | {"cache": 0} == {
        "alphabet": "characters",
        "order": 6,
        "smoothing": "kneser-ney",
        "k": None,
        "cache": 0,
    }
    for order, method in itertools.product((1, 6), ("add-k", "kneser-ney")):
        one = NgramLm(alphabets=("characters",), orders=(order,), smoothings=(method,), k=(5.0,))
        other = one.fit(here).predict(here.validation, Silent()).answers[:, 0].sum()
        assert best.predict(here.validation, Silent()).answers[:, 0].sum() <= other + 1e-9


def test_a_text_that_repeats_itself_chooses_the_cache() -> None:
    repeated = texts(["zq " * 30, "vx " * 30])
    fitted = NgramLm(cache=(0.0, 0.5)).fit(work("causal-lm", validation=repeated))

    assert fitted.notes["cache"] == 0.5


def test_the_base_s_own_tokens_are_counted_where_there_is_a_base(tiny_base: Path) -> None:
    fitted = NgramLm().fit(work("causal-lm", subwords=subwords(tiny_base)))

    assert fitted.notes["alphabet"] == "subwords"
    tokens = fitted.predict(texts(VALIDATION), Silent()).answers[:, 1]
    assert tokens.tolist() == [len(ids) + 1 for ids in subwords(tiny_base).encode(VALIDATION)]
