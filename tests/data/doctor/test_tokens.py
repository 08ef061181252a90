"""What a base's tokenizer makes of texts of another language."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import bases
from pipeline.contracts import Silent
from pipeline.data.doctor.examination import examine
from pipeline.data.doctor.spec import DoctorSpec
from pipeline.examples import Codec
from pipeline.tasks.text_classification import TextClassification
from pipeline.training.model import read_codec
from tests.data.doctor.patients import GERMAN, Pair, look, patient
from tests.training.families import BUILDERS

KOREAN: list[Pair] = [(f"오늘 본 영화는 정말 재미있었다 {n}", "ab"[n % 2]) for n in range(200)]


def codec_of(folder: Path) -> Codec:
    base = bases.resolve(str(folder))
    family = bases.family_of(base, TextClassification())
    return read_codec(base, family=family, max_length=None)


@pytest.fixture(scope="module")
def english() -> Codec:
    base = bases.resolve("builtin:minilm")
    return read_codec(base, family=bases.family_of(base, TextClassification()), max_length=None)


def test_english_texts_suit_an_english_base(english: Codec) -> None:
    assert look("tokens", replace(patient(), codec=english)) == []


def test_korean_on_an_english_base_is_told_with_better_bases(english: Codec) -> None:
    found = look("tokens", replace(patient(train=KOREAN), codec=english))
    assert {item.split for item in found} == {"train"}
    assert any("Hangul" in item.found for item in found)
    for item in found:
        assert item.severity == "warning"
        assert "klue/bert-base or klue/roberta-base" in item.hint


def test_german_on_an_english_base_is_told_with_a_better_base(english: Codec) -> None:
    (item,) = look("tokens", replace(patient(train=GERMAN), codec=english))
    assert (item.severity, item.split) == ("warning", "train")
    assert item.found.startswith(
        "most texts are in German, for which the base's tokenizer needs 1."
    )
    assert "google-bert/bert-base-multilingual-cased" in item.hint


def test_german_on_a_german_base_is_as_it_should_be(english: Codec) -> None:
    german = english.tokenizer.train_new_from_iterator([text for text, _ in GERMAN], 300)
    codec = replace(english, tokenizer=german)
    found = look("tokens", replace(patient(train=GERMAN), codec=codec))
    assert not any("German" in item.found for item in found)


def test_a_rare_sign_is_a_note(english: Codec) -> None:
    rows = patient(train=[(f"a text with some more words in it {n}", "a") for n in range(300)]
                   + [("one \U0001f9a4 bird", "a")])  # fmt: skip
    (item,) = look("tokens", replace(rows, codec=english))
    assert item.severity == "note"
    assert item.count == 1
    assert item.rows == ("train.csv:342",)


def test_bytes_know_every_character_and_spell_what_they_were_not_trained_on(
    tmp_path: Path,
) -> None:
    codec = codec_of(BUILDERS["gpt2"](tmp_path / "gpt2"))
    found = look("tokens", replace(patient(test=KOREAN), codec=codec))
    (item,) = [item for item in found if item.split == "test"]
    assert "spells it out" in item.found
    assert "skt/kogpt2-base-v2" in item.hint


def test_tokens_are_looked_at_where_the_tokenizer_is_known_and_nothing_else(
    english: Codec,
) -> None:
    rows = patient(train=[*KOREAN, ("both", "a")], test=[("both", "a")])
    of_texts = examine(rows, DoctorSpec(), report=Silent())
    of_tokens = examine(replace(rows, codec=english), DoctorSpec(), report=Silent())
    assert {item.check for item in of_tokens} == {"tokens"}
    assert "tokens" not in {item.check for item in of_texts}
