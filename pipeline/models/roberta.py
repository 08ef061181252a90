"""RoBERTa (Liu et al. 2019, arXiv:1907.11692)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Head, Pooled
from pipeline.models._bert_shaped import BertShaped

if TYPE_CHECKING:
    from transformers import PreTrainedConfig


class Roberta(BertShaped):
    """BERT's encoder; positions start after the padding id, and the head is two layers deep."""

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

    def reserved_positions(self, config: PreTrainedConfig) -> int:
        """Positions count from the padding id + 1."""
        return int(config.pad_token_id) + 1

    def pooled(self, config: PreTrainedConfig) -> Pooled | None:
        """The head's first layer reads the first token."""
        del config
        return Pooled("cls", layer="classifier.dense", activation="Tanh")
