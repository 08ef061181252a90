"""GPT-2 (Radford et al. 2019)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pipeline.contracts import Family, Head, Pooled

if TYPE_CHECKING:
    from transformers import PreTrainedConfig

    from pipeline.examples import Shape


class Gpt2(Family):
    """Decoder; the last token that is not padding goes to the head."""

    shape: ClassVar[Shape] = "decoder"
    embeddings: ClassVar[tuple[str, ...]] = ("wte", "wpe")
    blocks: ClassVar[tuple[str, ...]] = ("h",)
    heads: ClassVar[Mapping[str, Head]] = {
        "text-classification": Head(base="transformer", modules=("score",), output="score"),
        "text-regression": Head(base="transformer", modules=("score",), output="score"),
        "token-classification": Head(
            base="transformer", modules=("classifier",), output="classifier"
        ),
        "question-answering": Head(
            base="transformer", modules=("qa_outputs",), output="qa_outputs"
        ),
        "causal-lm": Head(base="transformer", modules=(), output="lm_head"),
        "seq2seq": Head(base="transformer", modules=(), output="lm_head"),
        "instruction": Head(base="transformer", modules=(), output="lm_head"),
    }
    attention: ClassVar[tuple[str, ...]] = ("c_attn",)
    dropout: ClassVar[tuple[str, ...]] = ("resid_pdrop", "embd_pdrop", "attn_pdrop")
    sizes: ClassVar[Mapping[str, str]] = {
        "layers": "n_layer",
        "hidden": "n_embd",
        "heads": "n_head",
        "inner": "n_inner",
        "positions": "n_positions",
    }

    def pooled(self, config: PreTrainedConfig) -> Pooled | None:
        """The last token that is not padding."""
        del config
        return Pooled("lasttoken")
