"""Our numbers are lmplz's: what KenLM 0.3.0 made of our texts (see ``lmplz/make.py``)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.contracts import Silent
from pipeline.language import arpa, arpa_reading, smoothing
from pipeline.language.counts import count
from pipeline.language.ngram import NgramModel
from pipeline.language.vocabulary import BEGIN, Vocabulary
from tests.language.lmplz import make

TOLERANCE = 1e-5
GOLDEN: dict[str, Any] = json.loads(make.GOLDEN.read_text("utf-8"))


def words(path: Path) -> list[list[str]]:
    return [line.split() for line in path.read_text("utf-8").splitlines()]


def fit(path: Path, order: int) -> tuple[Vocabulary, NgramModel]:
    rows = words(path)
    vocabulary = Vocabulary.build(rows)
    encoded = vocabulary.encode(rows)
    return vocabulary, NgramModel.fit(encoded, vocabulary_size=len(vocabulary), order=order)


def log10(vocabulary: Vocabulary, model: NgramModel, rows: list[list[str]]) -> np.ndarray:
    """Of each token, the ends included."""
    text = model.prepare(vocabulary.encode(rows))
    found = model.token_log_probabilities(text) / math.log(10)
    return found[text.encoded.ids != BEGIN]


def ngrams(path: Path) -> dict[str, list[float]]:
    """What stands in an ARPA file: n-gram -> logarithm of probability, and of backoff weight."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if "\t" in line]
    return {row[1]: [float(row[0]), *map(float, row[2:])] for row in rows}


def test_the_texts_are_those_that_the_golden_numbers_are_of() -> None:
    assert list(GOLDEN) == [str(order) for order in make.ORDERS] == ["2", "3", "5"]
    for path, lines in make.texts().items():
        assert path.read_text("utf-8").splitlines() == lines


@pytest.mark.parametrize("order", make.ORDERS)
def test_every_token_of_held_out_text_has_lmplzs_probability(order: int) -> None:
    found = log10(*fit(make.TRAIN, order), words(make.HELD_OUT))

    expected = GOLDEN[str(order)]["log10"]
    assert len(expected) > 200
    np.testing.assert_allclose(found, expected, atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize("order", make.ORDERS)
def test_discounts_and_where_they_fall_back_are_lmplzs(
    order: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: list[tuple[float, float, float]] = []
    plain = smoothing.discounts

    def noted(counts: np.ndarray) -> tuple[float, float, float]:
        known.append(plain(counts))
        return known[-1]

    monkeypatch.setattr(smoothing, "discounts", noted)

    fit(make.TRAIN, order)

    expected = GOLDEN[str(order)]["discounts"]
    assert tuple(expected[0]) == smoothing.FALLBACK_DISCOUNTS
    assert expected[1:].count(list(smoothing.FALLBACK_DISCOUNTS)) == (order == 2)
    np.testing.assert_allclose(known, expected, atol=TOLERANCE)


def test_a_written_file_has_lmplzs_ngrams_and_weights(tmp_path: Path) -> None:
    vocabulary, model = fit(make.SHORT, make.SHORT_ORDER)
    with (tmp_path / "ours.arpa").open("w", encoding="utf-8") as file:
        arpa.write(model, vocabulary.tokens, file, report=Silent())

    ours, theirs = ngrams(tmp_path / "ours.arpa"), ngrams(make.SHORT_ARPA)

    assert len(theirs) > 100
    assert ours.keys() == theirs.keys()
    for ngram, weights in theirs.items():
        assert ours[ngram] == pytest.approx(weights, abs=TOLERANCE), ngram


def test_lmplzs_file_reads_as_the_model_that_it_is_of() -> None:
    vocabulary, model = arpa_reading.read(make.SHORT_ARPA, report=Silent())
    rows = [*words(make.HELD_OUT), *words(make.SHORT)]

    np.testing.assert_allclose(
        log10(vocabulary, model, rows),
        log10(*fit(make.SHORT, make.SHORT_ORDER), rows),
        atol=TOLERANCE,
    )
    for context in ([], ["the"], ["the", "cat"], ["never"], ["by", "the", "river"]):
        p = model.distribution(vocabulary.lookup(context))
        assert p.sum() == pytest.approx(1.0, abs=1e-5)


def test_every_context_that_was_seen_has_a_distribution() -> None:
    vocabulary, model = fit(make.TRAIN, 3)
    encoded = vocabulary.encode(words(make.TRAIN))
    seen, _ = count(encoded, order=2, vocabulary_size=len(vocabulary))
    contexts = {
        (encoded.ids[end - 1], encoded.ids[end])
        for end in np.flatnonzero(encoded.positions >= 2).tolist()
    }

    assert len(seen.levels[1]) > len(contexts) > 300
    for first, last in contexts:
        p = model.distribution([first, last])
        assert p.sum() == pytest.approx(1.0, abs=1e-5)
        assert (np.delete(p, BEGIN) > 0).all()
