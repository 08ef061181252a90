"""T5 (Raffel et al. 2020, arXiv:1910.10683)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pipeline.contracts import Family, Head


class T5(Family):
    """Encoder-decoder with relative positions; the decoder reads the input again up to its end."""

    embeddings: ClassVar[tuple[str, ...]] = ("transformer.shared",)
    blocks: ClassVar[tuple[str, ...]] = ("transformer.encoder.block", "transformer.decoder.block")
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(
            modules=("classification_head",), output="classification_head.out_proj"
        ),
    }
    attention: ClassVar[tuple[str, ...]] = ("q", "v")
    dropout: ClassVar[tuple[str, ...]] = ("dropout_rate",)
