"""RoBERTa (Liu et al. 2019, arXiv:1907.11692)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Family, Head

if TYPE_CHECKING:
    from transformers import PreTrainedConfig


class Roberta(Family):
    """BERT's encoder; positions start after the padding id, and the head is two layers deep."""

    embeddings: ClassVar[tuple[str, ...]] = ("roberta.embeddings",)
    blocks: ClassVar[tuple[str, ...]] = ("roberta.encoder.layer",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(modules=("classifier",), output="classifier.out_proj"),
    }
    attention: ClassVar[tuple[str, ...]] = ("query", "value")
    dropout: ClassVar[tuple[str, ...]] = ("hidden_dropout_prob", "attention_probs_dropout_prob")

    def reserved_positions(self, config: PreTrainedConfig) -> int:
        """Positions count from the padding id + 1."""
        return int(config.pad_token_id) + 1
