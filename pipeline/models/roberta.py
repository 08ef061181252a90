"""RoBERTa (Liu et al. 2019, arXiv:1907.11692)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Family, Head, Json

if TYPE_CHECKING:
    from transformers import PreTrainedConfig

    from pipeline.examples import Shape


class Roberta(Family):
    """BERT's encoder; positions start after the padding id, and the head is two layers deep."""

    shape: ClassVar[Shape] = "encoder"
    embeddings: ClassVar[tuple[str, ...]] = ("embeddings",)
    blocks: ClassVar[tuple[str, ...]] = ("encoder.layer",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(
            base="roberta", modules=("classifier",), output="classifier.out_proj"
        ),
        "text-regression": Head(
            base="roberta", modules=("classifier",), output="classifier.out_proj"
        ),
        "token-classification": Head(base="roberta", modules=("classifier",), output="classifier"),
        "question-answering": Head(base="roberta", modules=("qa_outputs",), output="qa_outputs"),
        "masked-lm": Head(base="roberta", modules=(), output="lm_head.decoder"),
    }
    attention: ClassVar[tuple[str, ...]] = ("query", "value")
    dropout: ClassVar[tuple[str, ...]] = ("hidden_dropout_prob", "attention_probs_dropout_prob")
    sizes: ClassVar[Mapping[str, str]] = {
        "layers": "num_hidden_layers",
        "hidden": "hidden_size",
        "heads": "num_attention_heads",
        "inner": "intermediate_size",
        "positions": "max_position_embeddings",
    }

    def new_options(self, *, hidden: int, heads: int, inner: int | None) -> Json:
        """Feed-forward layers are four times as wide."""
        del heads
        return {"intermediate_size": inner or 4 * hidden}

    def reserved_positions(self, config: PreTrainedConfig) -> int:
        """Positions count from the padding id + 1."""
        return int(config.pad_token_id) + 1
