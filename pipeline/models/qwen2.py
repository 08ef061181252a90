"""Qwen2 (Yang et al. 2024, arXiv:2407.10671)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pipeline.contracts import Family, Head


class Qwen2(Family):
    """Decoder shaped like Llama, with biases in attention."""

    embeddings: ClassVar[tuple[str, ...]] = ("model.embed_tokens",)
    blocks: ClassVar[tuple[str, ...]] = ("model.layers",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(modules=("score",), output="score"),
    }
    attention: ClassVar[tuple[str, ...]] = ("q_proj", "v_proj")
    dropout: ClassVar[tuple[str, ...]] = ("attention_dropout",)
