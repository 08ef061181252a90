"""GPT-2 (Radford et al. 2019)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pipeline.contracts import Family, Head


class Gpt2(Family):
    """Decoder; the last token that is not padding goes to the head."""

    embeddings: ClassVar[tuple[str, ...]] = ("transformer.wte", "transformer.wpe")
    blocks: ClassVar[tuple[str, ...]] = ("transformer.h",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(modules=("score",), output="score"),
    }
    attention: ClassVar[tuple[str, ...]] = ("c_attn",)
    dropout: ClassVar[tuple[str, ...]] = ("resid_pdrop", "embd_pdrop", "attn_pdrop")
