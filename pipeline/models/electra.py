"""ELECTRA (Clark et al. 2020, arXiv:2003.10555), as its discriminator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pipeline.contracts import Family, Head


class Electra(Family):
    """BERT's encoder, trained to spot replaced tokens; small ones project their embeddings."""

    embeddings: ClassVar[tuple[str, ...]] = ("electra.embeddings", "electra.embeddings_project")
    blocks: ClassVar[tuple[str, ...]] = ("electra.encoder.layer",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(modules=("classifier",), output="classifier.out_proj"),
    }
    attention: ClassVar[tuple[str, ...]] = ("query", "value")
    dropout: ClassVar[tuple[str, ...]] = ("hidden_dropout_prob", "attention_probs_dropout_prob")
