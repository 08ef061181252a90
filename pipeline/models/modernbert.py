"""ModernBERT (Warner et al. 2024, arXiv:2412.13663)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Family, Head, Json, Pooled
from pipeline.models._sizes import USUAL

if TYPE_CHECKING:
    from transformers import PreTrainedConfig

    from pipeline.examples import Shape


class Modernbert(Family):
    """Encoder with rotary positions and long inputs."""

    shape: ClassVar[Shape] = "encoder"
    embeddings: ClassVar[tuple[str, ...]] = ("embeddings",)
    blocks: ClassVar[tuple[str, ...]] = ("layers",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(
            base="model", modules=("head", "classifier"), output="classifier"
        ),
        "text-regression": Head(base="model", modules=("head", "classifier"), output="classifier"),
        "token-classification": Head(
            base="model", modules=("head", "classifier"), output="classifier"
        ),
        "question-answering": Head(
            base="model", modules=("head", "classifier"), output="classifier"
        ),
        "masked-lm": Head(base="model", modules=(), output="decoder"),
    }
    attention: ClassVar[tuple[str, ...]] = ("Wqkv",)
    dropout: ClassVar[tuple[str, ...]] = ("embedding_dropout", "mlp_dropout", "attention_dropout")
    sizes: ClassVar[Mapping[str, str]] = USUAL

    def new_options(self, *, hidden: int, heads: int, inner: int | None) -> Json:
        """The gated feed-forward layers are as wide as in the published models."""
        del heads
        return {"intermediate_size": inner or 3 * hidden // 2}

    def pooled(self, config: PreTrainedConfig) -> Pooled | None:
        """The first token or the mean of all, as the configuration says."""
        return Pooled(
            config.classifier_pooling, layer="head.dense", activation="GELU", norm="head.norm"
        )
