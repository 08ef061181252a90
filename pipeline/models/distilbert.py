"""DistilBERT (Sanh et al. 2019, arXiv:1910.01108)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pipeline.contracts import Family, Head


class Distilbert(Family):
    """BERT with half the blocks, distilled; the first token goes through two layers."""

    embeddings: ClassVar[tuple[str, ...]] = ("distilbert.embeddings",)
    blocks: ClassVar[tuple[str, ...]] = ("distilbert.transformer.layer",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(modules=("pre_classifier", "classifier"), output="classifier"),
    }
    attention: ClassVar[tuple[str, ...]] = ("q_lin", "v_lin")
    dropout: ClassVar[tuple[str, ...]] = ("dropout", "attention_dropout")
