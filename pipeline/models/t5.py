"""T5 (Raffel et al. 2020, arXiv:1910.10683)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Family, Head, Json

if TYPE_CHECKING:
    from pipeline.examples import Shape


class T5(Family):
    """Encoder-decoder with relative positions; the decoder reads the input again up to its end."""

    shape: ClassVar[Shape] = "encoder-decoder"
    embeddings: ClassVar[tuple[str, ...]] = ("shared",)
    blocks: ClassVar[tuple[str, ...]] = ("encoder.block", "decoder.block")
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(
            base="transformer",
            modules=("classification_head",),
            output="classification_head.out_proj",
        ),
        "text-regression": Head(
            base="transformer",
            modules=("classification_head",),
            output="classification_head.out_proj",
        ),
        "token-classification": Head(
            base="transformer", modules=("classifier",), output="classifier"
        ),
        "question-answering": Head(base="", modules=("qa_outputs",), output="qa_outputs"),
        "span-corruption": Head(base="", modules=(), output="lm_head"),
        "seq2seq": Head(base="", modules=(), output="lm_head"),
        "instruction": Head(base="", modules=(), output="lm_head"),
    }
    attention: ClassVar[tuple[str, ...]] = ("q", "v")
    dropout: ClassVar[tuple[str, ...]] = ("dropout_rate",)
    sizes: ClassVar[Mapping[str, str]] = {
        "layers": "num_layers",
        "decoder_layers": "num_decoder_layers",
        "hidden": "d_model",
        "heads": "num_heads",
        "inner": "d_ff",
    }

    def new_options(self, *, hidden: int, heads: int, inner: int | None) -> Json:
        """As T5 version 1.1: gated feed-forward layers, two thirds of four times as wide."""
        return {
            "d_kv": hidden // heads,
            "d_ff": inner or 8 * hidden // 3,
            "feed_forward_proj": "gated-gelu",
            "dropout_rate": 0.0,
        }
