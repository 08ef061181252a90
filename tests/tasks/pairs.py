"""Which task makes sense of which family of models, and why not where it does not."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline import components
from pipeline.contracts import Family

TASKS = components.available("tasks")
FAMILIES: Mapping[str, Family] = {
    name: components.load("models", name)() for name in components.available("models")
}

WHY_NOT: Mapping[str, Mapping[str, str]] = {
    "text-classification": {},
    "text-regression": {},
    "token-classification": {"bart": "transformers has no BART that answers token by token"},
    "question-answering": dict.fromkeys(
        ("llama", "qwen2", "qwen3"), "transformers' class for it finds no weights in the base"
    ),
    "causal-lm": {
        "encoder": "it sees the tokens that it would have to predict",
        "encoder-decoder": "its decoder learnt to write about an input, not alone",
    },
    "masked-lm": {
        "decoder": "it does not see what follows the mask",
        "encoder-decoder": "it fills gaps by writing: span-corruption",
    },
    "span-corruption": {
        "encoder": "it cannot write",
        "decoder": "it does not see what follows the gap",
        "bart": "it has no sentinel tokens to name the gaps with",
    },
    "seq2seq": {"encoder": "it cannot write"},
    "instruction": {"encoder": "it cannot write"},
}
"""Task -> family, or shape of all the families that share it -> why they do not go together."""


def why_not(task: str, family: str) -> str | None:
    """One line, or None where the two go together."""
    reasons = WHY_NOT[task]
    return reasons.get(family) or reasons.get(FAMILIES[family].shape)


PAIRS = [(task, family) for task in TASKS for family in FAMILIES if not why_not(task, family)]
"""Every task with every family that can answer it."""
