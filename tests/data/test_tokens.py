"""Tokens as the tokenizer gives them, end to end; what is cut is counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.data.tokens import BaseSubwords, Tokens, bare, encodings, tokenise
from pipeline.examples import Codec
from tests.training import tiny


@pytest.fixture(scope="module")
def codec(tiny_base: Path) -> Codec:
    return tiny.codec(tiny_base)


def rows(count: int, *, pairs: bool = False) -> list[tuple[str, ...]]:
    table = tiny.table(count, pairs=pairs)
    columns = ["text", "text_pair"] if pairs else ["text"]
    return list(zip(*(table[name].to_pylist() for name in columns), strict=True))


def stored(texts: list[tuple[str, ...]], codec: Codec, max_length: int = 64) -> Tokens:
    short = Codec(codec.tokenizer, max_length=max_length, shape=codec.shape)
    return tokenise(texts, short)


@pytest.mark.parametrize("pairs", [False, True])
@pytest.mark.parametrize("max_length", [8, 16, 64])
def test_rows_are_what_the_tokenizer_gives(max_length: int, pairs: bool, codec: Codec) -> None:
    texts = rows(12, pairs=pairs)
    found = stored(texts, codec, max_length)
    cut, uncut = 0, 0
    for n, item in enumerate(texts):
        expected = codec.tokenizer(*item, truncation=True, max_length=max_length)
        assert found.ids[n].tolist() == expected["input_ids"]
        if pairs:
            assert found.types is not None
            types = found.types[found.ids.offsets[n] : found.ids.offsets[n + 1]].tolist()
            assert types == expected["token_type_ids"]
        whole = len(codec.tokenizer(*item)["input_ids"])
        cut, uncut = cut + (whole > max_length), uncut + whole
    assert len(found.ids) == 12
    assert (found.types is not None) == pairs
    assert (len(found.cut), found.uncut_tokens) == (cut, uncut)
    assert found.ids.lengths.max() <= max_length
    assert cut > 0 or max_length == 64


def test_a_base_that_does_not_tell_segments_apart_has_no_types(codec: Codec) -> None:
    names = codec.tokenizer.model_input_names
    try:
        codec.tokenizer.model_input_names = ["input_ids", "attention_mask"]
        assert stored(rows(3, pairs=True), codec).types is None
    finally:
        codec.tokenizer.model_input_names = names


def test_no_rows_are_no_tokens(codec: Codec) -> None:
    found = stored([], codec)
    assert len(found.ids) == 0
    assert found.ids.values.dtype == np.int32
    assert (found.types, found.cut, found.uncut_tokens) == (None, (), 0)


def test_bare_texts_are_whole_and_unframed(codec: Codec) -> None:
    texts = [" ".join(["a long text"] * 40), "a film .", ""]
    found = bare(texts, codec)
    expected = [codec.tokenizer(t, add_special_tokens=False)["input_ids"] for t in texts]
    assert [ids.tolist() for ids in found] == expected
    assert found.lengths[0] > codec.max_length
    assert found.values.dtype == np.int32


def test_encodings_say_where_each_token_stands(codec: Codec) -> None:
    text = "the film is charming ."
    (found,) = encodings([text], codec)
    assert found.ids == codec.tokenizer(text)["input_ids"]
    framed = [n for n, special in enumerate(found.special_tokens_mask) if special]
    assert framed == [0, len(found.ids) - 1]
    start, end = found.offsets[1]
    assert text[start:end] == "the"
    (plain,) = encodings([text], codec, special=False)
    assert plain.ids == found.ids[1:-1]


def test_encodings_of_words_say_which_word_each_token_is_of(codec: Codec) -> None:
    words = ["the", "unwatchable", "film"]
    (found,) = encodings([words], codec, split_into_words=True)
    assert found.ids == codec.tokenizer(words, is_split_into_words=True)["input_ids"]
    assert found.word_ids[0] is None
    assert sorted({n for n in found.word_ids if n is not None}) == [0, 1, 2]
    assert found.word_ids.count(1) > 1  # cut into several tokens


def test_the_tokenizer_is_left_without_truncation(codec: Codec) -> None:
    """What is saved with an export must not cut inputs on its own."""
    backend = codec.tokenizer.backend_tokenizer
    backend.enable_truncation(4)
    backend.enable_padding()
    (found,) = encodings(["the film is charming and witty ."], codec)
    assert len(found.ids) > 4
    stored(rows(9), codec, 8)
    assert backend.truncation is None
    assert backend.padding is None


def test_subwords_are_the_bases_own_tokens(codec: Codec, tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    subwords = BaseSubwords(codec)
    assert subwords.size == len(codec.tokenizer)
    text = "the film is charming ."
    (ids,) = subwords.encode([text])
    assert ids == codec.tokenizer(text, add_special_tokens=False)["input_ids"]
    assert subwords.decode(ids).replace(" ", "") == text.replace(" ", "")
    subwords.save(tmp_path / "tokenizer.json")
    again = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert again.encode(text, add_special_tokens=False).ids == ids
