"""BERT (Devlin et al. 2019, arXiv:1810.04805)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Family, Head, Json

if TYPE_CHECKING:
    from pipeline.examples import Shape


class Bert(Family):
    """Encoder; the first token's state goes through a pooler to the head."""

    shape: ClassVar[Shape] = "encoder"
    embeddings: ClassVar[tuple[str, ...]] = ("embeddings",)
    blocks: ClassVar[tuple[str, ...]] = ("encoder.layer",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(base="bert", modules=("classifier",), output="classifier"),
        "text-regression": Head(base="bert", modules=("classifier",), output="classifier"),
        "token-classification": Head(base="bert", modules=("classifier",), output="classifier"),
        "question-answering": Head(base="bert", modules=("qa_outputs",), output="qa_outputs"),
        "masked-lm": Head(base="bert", modules=(), output="cls.predictions.decoder"),
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
