"""Bases for texts that another base hardly reads."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.examples import Shape

MULTILINGUAL: Mapping[Shape, str] = {
    "encoder": "google-bert/bert-base-multilingual-cased",
    "decoder": "Qwen/Qwen3-0.6B-Base",
}
_BETTER: Mapping[tuple[str, Shape], tuple[str, ...]] = {
    ("Hangul", "encoder"): ("klue/bert-base", "klue/roberta-base"),
    ("Hangul", "decoder"): ("skt/kogpt2-base-v2",),
    ("Hangul", "encoder-decoder"): ("paust/pko-t5-base", "gogamza/kobart-base-v2"),
}


def for_script(script: str, shape: Shape) -> str:
    """What to do about texts in a script that the base was not made for."""
    better = _BETTER.get((script, shape), ())
    if not better and script not in ("Latin", "other") and shape == "encoder":
        better = (MULTILINGUAL["encoder"],)
    return _choose(better)


def for_language(shape: Shape) -> str:
    """What to do about texts in a language that the base was not made for."""
    return _choose((MULTILINGUAL[shape],) if shape in MULTILINGUAL else ())


def _choose(bases: tuple[str, ...]) -> str:
    if not bases:
        return "choose a base that was trained on such texts"
    return f"choose a base for such texts, such as {' or '.join(bases)}"
