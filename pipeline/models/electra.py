"""ELECTRA (Clark et al. 2020, arXiv:2003.10555), as its discriminator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Family, Head, Json

if TYPE_CHECKING:
    from pipeline.examples import Shape


class Electra(Family):
    """BERT's encoder, trained to spot replaced tokens; small ones project their embeddings."""

    shape: ClassVar[Shape] = "encoder"
    embeddings: ClassVar[tuple[str, ...]] = ("embeddings", "embeddings_project")
    blocks: ClassVar[tuple[str, ...]] = ("encoder.layer",)
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
        return {"intermediate_size": inner or 4 * hidden, "embedding_size": hidden}
