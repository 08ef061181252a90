"""What the families that are built like BERT share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Family, Json
from pipeline.models._sizes import USUAL

if TYPE_CHECKING:
    from pipeline.examples import Shape


class BertShaped(Family):
    """Encoder with learnt positions; modules and configuration are called as BERT's are."""

    shape: ClassVar[Shape] = "encoder"
    embeddings: ClassVar[tuple[str, ...]] = ("embeddings",)
    blocks: ClassVar[tuple[str, ...]] = ("encoder.layer",)
    attention: ClassVar[tuple[str, ...]] = ("query", "value")
    dropout: ClassVar[tuple[str, ...]] = ("hidden_dropout_prob", "attention_probs_dropout_prob")
    sizes: ClassVar[Mapping[str, str]] = USUAL

    def new_options(self, *, hidden: int, heads: int, inner: int | None) -> Json:
        """Feed-forward layers are four times as wide."""
        del heads
        return {"intermediate_size": inner or 4 * hidden}
