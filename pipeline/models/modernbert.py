"""ModernBERT (Warner et al. 2024, arXiv:2412.13663)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pipeline.contracts import Family, Head


class Modernbert(Family):
    """Encoder with rotary positions and long inputs."""

    embeddings: ClassVar[tuple[str, ...]] = ("model.embeddings",)
    blocks: ClassVar[tuple[str, ...]] = ("model.layers",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(modules=("head", "classifier"), output="classifier"),
    }
    attention: ClassVar[tuple[str, ...]] = ("Wqkv",)
    dropout: ClassVar[tuple[str, ...]] = ("embedding_dropout", "mlp_dropout", "attention_dropout")
