"""BERT (Devlin et al. 2019, arXiv:1810.04805)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pipeline.contracts import Family, Head


class Bert(Family):
    """Encoder; the first token's state goes through a pooler to the head."""

    embeddings: ClassVar[tuple[str, ...]] = ("bert.embeddings",)
    blocks: ClassVar[tuple[str, ...]] = ("bert.encoder.layer",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(modules=("classifier",), output="classifier"),
    }
    attention: ClassVar[tuple[str, ...]] = ("query", "value")
    dropout: ClassVar[tuple[str, ...]] = ("hidden_dropout_prob", "attention_probs_dropout_prob")
