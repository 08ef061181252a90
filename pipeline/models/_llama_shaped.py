"""What the families that are built like Llama share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Family, Head, Json, Pooled
from pipeline.models._sizes import USUAL

if TYPE_CHECKING:
    from transformers import PreTrainedConfig

    from pipeline.examples import Shape


class LlamaShaped(Family):
    """Decoder with rotary positions; the last token that is not padding goes to the head.

    There is no head for question-answering: transformers' class for it calls the base otherwise
    than published files do, finds none of their weights, and draws all of them at random.
    """

    shape: ClassVar[Shape] = "decoder"
    embeddings: ClassVar[tuple[str, ...]] = ("embed_tokens",)
    blocks: ClassVar[tuple[str, ...]] = ("layers",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(base="model", modules=("score",), output="score"),
        "text-regression": Head(base="model", modules=("score",), output="score"),
        "token-classification": Head(base="model", modules=("score",), output="score"),
        "causal-lm": Head(base="model", modules=(), output="lm_head"),
        "seq2seq": Head(base="model", modules=(), output="lm_head"),
        "instruction": Head(base="model", modules=(), output="lm_head"),
    }
    attention: ClassVar[tuple[str, ...]] = ("q_proj", "v_proj")
    dropout: ClassVar[tuple[str, ...]] = ("attention_dropout",)
    sizes: ClassVar[Mapping[str, str]] = USUAL

    def new_options(self, *, hidden: int, heads: int, inner: int | None) -> Json:
        """Every head has keys of its own; gated layers of this width cost what plain ones do."""
        return {
            "num_key_value_heads": heads,
            "head_dim": hidden // heads,
            "intermediate_size": inner or 8 * hidden // 3,
            "tie_word_embeddings": True,
        }

    def pooled(self, config: PreTrainedConfig) -> Pooled | None:
        """The last token that is not padding."""
        del config
        return Pooled("lasttoken")
