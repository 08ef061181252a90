"""BART (Lewis et al. 2020, arXiv:1910.13461)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pipeline.contracts import Family, Head


class Bart(Family):
    """Encoder-decoder; the decoder reads the input again up to its end token."""

    embeddings: ClassVar[tuple[str, ...]] = (
        "model.shared",
        "model.encoder.embed_tokens",
        "model.encoder.embed_positions",
        "model.encoder.layernorm_embedding",
        "model.decoder.embed_tokens",
        "model.decoder.embed_positions",
        "model.decoder.layernorm_embedding",
    )
    blocks: ClassVar[tuple[str, ...]] = ("model.encoder.layers", "model.decoder.layers")
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(
            modules=("classification_head",), output="classification_head.out_proj"
        ),
    }
    attention: ClassVar[tuple[str, ...]] = ("q_proj", "v_proj")
    dropout: ClassVar[tuple[str, ...]] = ("dropout", "attention_dropout", "activation_dropout")
