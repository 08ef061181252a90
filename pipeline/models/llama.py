"""Llama (Touvron et al. 2023, arXiv:2302.13971); SmolLM and SmolLM2 are of this family."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pipeline.contracts import Family, Head


class Llama(Family):
    """Decoder with rotary positions; the last token that is not padding goes to the head."""

    embeddings: ClassVar[tuple[str, ...]] = ("model.embed_tokens",)
    blocks: ClassVar[tuple[str, ...]] = ("model.layers",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(modules=("score",), output="score"),
    }
    attention: ClassVar[tuple[str, ...]] = ("q_proj", "v_proj")
    dropout: ClassVar[tuple[str, ...]] = ("attention_dropout",)
