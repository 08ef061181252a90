"""ELECTRA (Clark et al. 2020, arXiv:2003.10555), as its discriminator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Head, Json, Pooled
from pipeline.models._bert_shaped import BertShaped

if TYPE_CHECKING:
    from transformers import PreTrainedConfig


class Electra(BertShaped):
    """BERT's encoder, trained to spot replaced tokens; small ones project their embeddings."""

    embeddings: ClassVar[tuple[str, ...]] = ("embeddings", "embeddings_project")
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(
            base="electra", modules=("classifier",), output="classifier.out_proj"
        ),
        "text-regression": Head(
            base="electra", modules=("classifier",), output="classifier.out_proj"
        ),
        "token-classification": Head(base="electra", modules=("classifier",), output="classifier"),
        "question-answering": Head(base="electra", modules=("qa_outputs",), output="qa_outputs"),
        "masked-lm": Head(base="electra", modules=(), output="generator_lm_head"),
    }

    def new_options(self, *, hidden: int, heads: int, inner: int | None) -> Json:
        """Embeddings are as wide as the rest."""
        usual = super().new_options(hidden=hidden, heads=heads, inner=inner)
        return {**usual, "embedding_size": hidden}

    def pooled(self, config: PreTrainedConfig) -> Pooled | None:
        """The head's first layer reads the first token."""
        del config
        return Pooled("cls", layer="classifier.dense", activation="GELU")
