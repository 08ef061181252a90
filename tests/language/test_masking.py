"""What is masked: as many words as asked, whole where asked, the same for the same text."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.language.masking import asked, choose, word_starts
from pipeline.ragged import Ragged

LENGTHS = [1, 3, 40, 2, 200]
IDS = Ragged.of([range(length) for length in LENGTHS])
TEXTS = [f"text {number}" for number in range(len(LENGTHS))]
OWNER = np.repeat(np.arange(len(LENGTHS)), LENGTHS)


@pytest.mark.parametrize("probability", [0.01, 0.15, 0.6])
def test_each_text_is_asked_its_share_and_one_token_at_least(probability: float) -> None:
    found = asked(TEXTS, IDS, None, probability=probability)

    counts = np.bincount(OWNER, weights=found)
    assert counts.tolist() == [max(1, round(length * probability)) for length in LENGTHS]


def test_a_text_is_asked_the_same_wherever_it_stands_and_another_text_is_not() -> None:
    alone = asked(TEXTS[4:], IDS.take(np.array([4])), None, probability=0.15)
    np.testing.assert_array_equal(asked(TEXTS, IDS, None, probability=0.15)[-LENGTHS[4] :], alone)
    other = asked(["other"], IDS.take(np.array([4])), None, probability=0.15)
    assert (other != alone).any()


def test_places_are_asked_evenly() -> None:
    many = Ragged.of([range(20)] * 2000)
    found = asked([f"text {n}" for n in range(2000)], many, None, probability=0.15)

    by_place = found.reshape(2000, 20).mean(axis=0)
    assert by_place == pytest.approx(0.15, abs=0.035)


def test_words_are_chosen_whole_and_the_first_token_begins_one() -> None:
    owner = np.array([0, 0, 0, 0, 1, 1])
    starts = word_starts(owner, np.array([True, False, True, False, False, True]))
    assert starts.tolist() == [True, False, True, False, True, True]

    chosen = choose(owner, starts, np.array([0.9, 0.1, 0.2, 0.8]), probability=0.5)

    assert chosen.tolist() == [False, False, True, True, True, False]
