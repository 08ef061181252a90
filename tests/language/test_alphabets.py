"""Alphabets: nothing of a text is lost on the way to ids and back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.language import alphabets
from pipeline.language.alphabets import (
    Alphabet,
    Characters,
    SubwordAlphabet,
    TokenizerFile,
    portions,
)
from pipeline.language.history import mixed, mixed_next, shares
from pipeline.language.vocabulary import BEGIN, END, UNKNOWN
from tests.training.families import BUILDERS

TEXTS = ["two  blanks,\ta tab\n", "한국어 \U0001f600", "", "a"]


@pytest.fixture(scope="module")
def byte_level(tmp_path_factory: pytest.TempPathFactory) -> SubwordAlphabet:
    folder = BUILDERS["gpt2"](tmp_path_factory.mktemp("gpt2") / "base")
    return SubwordAlphabet(TokenizerFile.read(folder / "tokenizer.json"))


def test_texts_come_back_whole(byte_level: SubwordAlphabet) -> None:
    both: tuple[Alphabet, ...] = (Characters.of(TEXTS), byte_level)
    for alphabet in both:
        encoded = alphabet.encode(TEXTS)
        ends = encoded.starts + encoded.lengths
        assert (encoded.ids[encoded.starts] == BEGIN).all()
        assert (encoded.ids[ends - 1] == END).all()
        assert encoded.ids.max() < alphabet.size
        for text, start, end in zip(TEXTS, encoded.starts, ends, strict=True):
            assert alphabet.decode(encoded.ids[start:end].tolist()) == text


def test_other_characters_are_unknown_and_shown_as_such() -> None:
    ids = Characters.of(["ab"]).encode(["axb"]).ids.tolist()

    assert ids == [BEGIN, 3, UNKNOWN, 4, END]
    assert Characters.of(["ab"]).decode(ids) == "a\ufffdb"


def test_a_saved_alphabet_reads_the_same(byte_level: SubwordAlphabet, tmp_path: Path) -> None:
    both: tuple[Alphabet, ...] = (Characters.of(TEXTS), byte_level)
    for number, alphabet in enumerate(both):
        folder = tmp_path / str(number)
        folder.mkdir()
        alphabet.save(folder)
        loaded = alphabets.load(folder, size=alphabet.size)
        assert (loaded.name, loaded.size) == (alphabet.name, alphabet.size)
        np.testing.assert_array_equal(loaded.encode(TEXTS).ids, alphabet.encode(TEXTS).ids)


def test_portions_hold_every_text_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alphabets, "_CHUNK_CHARACTERS", 3)
    texts = ["a", "bb", "ccccc", "", "d", "e"]

    found = list(portions(texts))

    assert [text for part in found for text in part] == texts
    assert [len(part) for part in found] == [2, 1, 3]
    assert list(portions([])) == []


def test_the_cache_is_the_share_of_what_was_said() -> None:
    text = Characters.of(["ab"]).encode(["abaa", "", "b"])
    a = 3
    found = shares(text)

    expected = [np.nan, np.nan, 0, 1 / 2, 2 / 3, 0, np.nan, np.nan, np.nan, np.nan, 0]
    np.testing.assert_allclose(found, expected)
    known = np.log(np.full(len(found), 0.25))
    both = np.exp(mixed(known, found, 0.2))
    assert both[3] == pytest.approx(0.8 * 0.25 + 0.2 / 2)
    assert both[1] == pytest.approx(0.25)
    p = mixed_next(np.full(5, 0.2), [a, 4, a], 0.5)
    assert p.sum() == pytest.approx(1.0)
    assert p[a] == pytest.approx(0.1 + 0.5 * 2 / 3)
