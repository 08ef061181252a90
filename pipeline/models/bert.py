"""BERT (Devlin et al. 2019, arXiv:1810.04805)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Head, Pooled
from pipeline.models._bert_shaped import BertShaped

if TYPE_CHECKING:
    from transformers import PreTrainedConfig


class Bert(BertShaped):
    """Encoder; the first token's state goes through a pooler to the head."""

    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(base="bert", modules=("classifier",), output="classifier"),
        "text-regression": Head(base="bert", modules=("classifier",), output="classifier"),
        "token-classification": Head(base="bert", modules=("classifier",), output="classifier"),
        "question-answering": Head(base="bert", modules=("qa_outputs",), output="qa_outputs"),
        "masked-lm": Head(base="bert", modules=(), output="cls.predictions.decoder"),
    }

    def pooled(self, config: PreTrainedConfig) -> Pooled | None:
        """The pooler reads the first token."""
        del config
        return Pooled("cls", layer="bert.pooler.dense", activation="Tanh")
