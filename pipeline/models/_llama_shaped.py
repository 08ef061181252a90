"""What the families that are built like Llama share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pipeline.contracts import Family, Head


class LlamaShaped(Family):
    """Decoder with rotary positions; the last token that is not padding goes to the head."""

    embeddings: ClassVar[tuple[str, ...]] = ("model.embed_tokens",)
    blocks: ClassVar[tuple[str, ...]] = ("model.layers",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(modules=("score",), output="score"),
    }
    attention: ClassVar[tuple[str, ...]] = ("q_proj", "v_proj")
    dropout: ClassVar[tuple[str, ...]] = ("attention_dropout",)
