"""Masked tokens from both sides: the same ones as the model is asked, and true probabilities."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import transformers

from pipeline.baselines.ngram_fill import NgramFill
from pipeline.contracts import Silent
from pipeline.errors import RecipeError
from pipeline.examples import IGNORED, Codec
from pipeline.language.infilling import BothSides
from pipeline.language.vocabulary import UNKNOWN, Vocabulary
from pipeline.tasks.masked_lm import MaskedLm
from tests.baselines.languages import VALIDATION, subwords, task, texts, work


@pytest.mark.parametrize("whole_word", [False, True])
def test_it_is_asked_what_the_model_is_asked(tiny_base: Path, whole_word: bool) -> None:
    masked = MaskedLm(whole_word=whole_word, probability=0.3)
    here = work("masked-lm", task=masked, subwords=subwords(tiny_base))
    fitted = NgramFill().fit(here)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_base)
    codec = Codec(tokenizer, max_length=64, shape="encoder", vocabulary=len(tokenizer))
    examples = masked.encode(here.validation, (), codec, purpose="answer")

    for (row, ids, places), number in zip(
        fitted._masked(here.validation), range(len(examples)), strict=True
    ):
        assert row == examples.rows[number]
        start, end = examples.ids.offsets[number : number + 2]
        assert examples.tokens is not None
        targets = examples.tokens[start + 1 : end - 1]
        np.testing.assert_array_equal(np.flatnonzero(targets != IGNORED), places)
        np.testing.assert_array_equal(targets[places], ids[places] - 3)
    answers = fitted.predict(here.validation, Silent()).answers
    assert answers[:, 2].tolist() == examples.items.tolist()


def test_shares_sum_to_one_and_see_both_sides() -> None:
    rows = [["left", "a", "right"], ["left", "b", "wrong"], ["other", "c", "right"]] * 3
    vocabulary = Vocabulary.build(rows)
    both, *_ = BothSides.fit(vocabulary.encode(rows), orders=[2], vocabulary_size=len(vocabulary))
    ids = np.array([*vocabulary.lookup(["left"]), UNKNOWN, *vocabulary.lookup(["right"])])

    for power, shares in zip((0.0, 1.0), both.log_shares(ids, 1, (0.0, 1.0)), strict=True):
        assert np.exp(shares).sum() == pytest.approx(1.0)
        assert np.exp(shares[:3]).sum() == 0
        assert vocabulary.tokens[int(shares.argmax())] == "a", power


def test_without_a_base_there_is_nothing_to_mask() -> None:
    with pytest.raises(RecipeError, match="there is no base"):
        NgramFill().fit(work("masked-lm"))


def test_a_power_is_chosen_on_validation(tiny_base: Path) -> None:
    here = work("masked-lm", subwords=subwords(tiny_base))
    fitted = NgramFill(orders=(2,), powers=(0.0, 1.0)).fit(here)
    nats = [
        NgramFill(orders=(2,), powers=(power,))
        .fit(here)
        .predict(texts(VALIDATION), Silent())
        .answers[:, 1]
        .sum()
        for power in (0.0, 1.0)
    ]

    assert fitted.notes == {"order": 2, "power": [0.0, 1.0][int(np.argmin(nats))]}
    assert task("masked-lm").name == "masked-lm"
