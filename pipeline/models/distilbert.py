"""DistilBERT (Sanh et al. 2019, arXiv:1910.01108)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Family, Head, Json, Pooled

if TYPE_CHECKING:
    from transformers import PreTrainedConfig

    from pipeline.examples import Shape


class Distilbert(Family):
    """BERT with half the blocks, distilled; the first token goes through two layers."""

    shape: ClassVar[Shape] = "encoder"
    embeddings: ClassVar[tuple[str, ...]] = ("embeddings",)
    blocks: ClassVar[tuple[str, ...]] = ("transformer.layer",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(
            base="distilbert", modules=("pre_classifier", "classifier"), output="classifier"
        ),
        "text-regression": Head(
            base="distilbert", modules=("pre_classifier", "classifier"), output="classifier"
        ),
        "token-classification": Head(
            base="distilbert", modules=("classifier",), output="classifier"
        ),
        "question-answering": Head(base="distilbert", modules=("qa_outputs",), output="qa_outputs"),
        "masked-lm": Head(base="distilbert", modules=(), output="vocab_projector"),
    }
    attention: ClassVar[tuple[str, ...]] = ("q_lin", "v_lin")
    dropout: ClassVar[tuple[str, ...]] = ("dropout", "attention_dropout")
    sizes: ClassVar[Mapping[str, str]] = {
        "layers": "n_layers",
        "hidden": "dim",
        "heads": "n_heads",
        "inner": "hidden_dim",
        "positions": "max_position_embeddings",
    }

    def new_options(self, *, hidden: int, heads: int, inner: int | None) -> Json:
        """Feed-forward layers are four times as wide."""
        del heads
        return {"hidden_dim": inner or 4 * hidden}

    def pooled(self, config: PreTrainedConfig) -> Pooled | None:
        """A layer of the head reads the first token."""
        del config
        return Pooled("cls", layer="pre_classifier", activation="ReLU")
