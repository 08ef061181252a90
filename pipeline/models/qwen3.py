"""Qwen3 (Yang et al. 2025, arXiv:2505.09388)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pipeline.contracts import Family, Head


class Qwen3(Family):
    """Decoder shaped like Llama, with normalised queries and keys."""

    embeddings: ClassVar[tuple[str, ...]] = ("model.embed_tokens",)
    blocks: ClassVar[tuple[str, ...]] = ("model.layers",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(modules=("score",), output="score"),
    }
    attention: ClassVar[tuple[str, ...]] = ("q_proj", "v_proj")
    dropout: ClassVar[tuple[str, ...]] = ("attention_dropout",)
