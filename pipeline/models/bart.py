"""BART (Lewis et al. 2020, arXiv:1910.13461)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Family, Head, Json

if TYPE_CHECKING:
    from pipeline.examples import Shape


class Bart(Family):
    """Encoder-decoder; the decoder reads the input again up to its end token."""

    shape: ClassVar[Shape] = "encoder-decoder"
    embeddings: ClassVar[tuple[str, ...]] = (
        "shared",
        "encoder.embed_tokens",
        "encoder.embed_positions",
        "encoder.layernorm_embedding",
        "decoder.embed_tokens",
        "decoder.embed_positions",
        "decoder.layernorm_embedding",
    )
    blocks: ClassVar[tuple[str, ...]] = ("encoder.layers", "decoder.layers")
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(
            base="model", modules=("classification_head",), output="classification_head.out_proj"
        ),
        "text-regression": Head(
            base="model", modules=("classification_head",), output="classification_head.out_proj"
        ),
        "question-answering": Head(base="model", modules=("qa_outputs",), output="qa_outputs"),
        "seq2seq": Head(base="model", modules=(), output="lm_head"),
        "instruction": Head(base="model", modules=(), output="lm_head"),
    }
    attention: ClassVar[tuple[str, ...]] = ("q_proj", "v_proj")
    dropout: ClassVar[tuple[str, ...]] = ("dropout", "attention_dropout", "activation_dropout")
    sizes: ClassVar[Mapping[str, str]] = {
        "layers": "encoder_layers",
        "decoder_layers": "decoder_layers",
        "hidden": "d_model",
        "heads": "encoder_attention_heads",
        "inner": "encoder_ffn_dim",
        "positions": "max_position_embeddings",
    }

    def new_options(self, *, hidden: int, heads: int, inner: int | None) -> Json:
        """Both sides are of one size."""
        return {
            "decoder_attention_heads": heads,
            "encoder_ffn_dim": inner or 4 * hidden,
            "decoder_ffn_dim": inner or 4 * hidden,
            "forced_eos_token_id": None,
        }
