"""Tokenizers of one's own: plain and statistical ways, for every shape of model."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from transformers import AutoTokenizer

from pipeline.data.tokens import frame
from pipeline.errors import DataError
from pipeline.examples import Codec, Shape
from pipeline.tokenisers import SENTINELS, Kind, TokeniserSpec, train
from tests.hub.reviews import reviews

TEXTS = [text for text, _ in reviews(200)] + ["영화가 좋았다", "영화는 나빴다"] * 20
KINDS: tuple[Kind, ...] = get_args(Kind)
SHAPES: tuple[Shape, ...] = get_args(Shape)
FRAMES = {
    "encoder": (["[CLS]"], ["[SEP]"]),
    "decoder": ([], []),
    "encoder-decoder": ([], ["</s>"]),
}


def test_the_ways_are_those_of_the_lesson() -> None:
    assert set(KINDS) == {"whitespace", "characters", "bpe", "wordpiece", "unigram"}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_reloads_and_frames_texts_as_the_shape_wants(
    kind: Kind, shape: Shape, tmp_path: Path
) -> None:
    spec = TokeniserSpec(kind=kind, vocabulary=500)
    made = train(spec, TEXTS, shape=shape, sentinels=shape == "encoder-decoder", longest=64)
    made.save_pretrained(tmp_path)
    again = AutoTokenizer.from_pretrained(tmp_path)
    assert again.is_fast
    assert len(again) <= 500
    assert again.model_max_length == 64
    assert again.pad_token is not None
    assert again(TEXTS[:5])["input_ids"] == made(TEXTS[:5])["input_ids"]
    before, after = frame(Codec(tokenizer=again, max_length=64, shape=shape))
    assert tuple(map(again.convert_ids_to_tokens, (before, after))) == FRAMES[shape]
    known = set(again.get_vocab())
    assert set(SENTINELS) <= known if shape == "encoder-decoder" else not set(SENTINELS) & known


@pytest.mark.parametrize("kind", ["bpe", "unigram", "characters"])
def test_what_was_read_is_written_back(kind: Kind) -> None:
    made = train(
        TokeniserSpec(kind=kind, vocabulary=600),
        TEXTS,
        shape="decoder",
        sentinels=False,
        longest=64,
    )
    for text in (TEXTS[0], TEXTS[-1]):
        assert made.decode(made(text)["input_ids"]) == text


def test_bytes_leave_nothing_unknown_and_words_do() -> None:
    def unknown(kind: Kind) -> int:
        made = train(
            TokeniserSpec(kind=kind, vocabulary=500),
            TEXTS,
            shape="decoder",
            sentinels=False,
            longest=64,
        )
        ids: list[int] = made("an unseen zyzzyva 한글")["input_ids"]
        return ids.count(made.unk_token_id)

    assert unknown("bpe") == unknown("unigram") == 0
    assert unknown("whitespace") > 0


def test_lower_case_is_asked_for() -> None:
    spec = TokeniserSpec(vocabulary=400, lowercase=True)
    made = train(spec, TEXTS, shape="decoder", sentinels=False, longest=64)
    assert made("GOOD")["input_ids"] == made("good")["input_ids"]


@pytest.mark.parametrize("kind", KINDS)
def test_texts_without_words_are_refused_plainly(kind: Kind) -> None:
    spec = TokeniserSpec(kind=kind, vocabulary=500)
    with pytest.raises(DataError, match=f"no {kind} tokenizer can be trained"):
        train(spec, [""], shape="decoder", sentinels=False, longest=64)
