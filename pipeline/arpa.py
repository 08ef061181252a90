"""``graft arpa``: an n-gram model of a run as the text file that other toolkits read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline import opening, storage
from pipeline.contracts import Reporter
from pipeline.errors import ModelError, UserError

_ENDING = ".arpa"


def write(name: str, output: Path, *, report: Reporter, show: Callable[[str], None]) -> None:
    """Write a model's probabilities and backoff weights.

    Args:
        name: the baseline ngram-lm of a run, or an ARPA file.
        output: the file.
        report: for progress and what is worth knowing.
        show: prints a line.

    Raises:
        UserError: another ending than .arpa.
        ModelError: the model is not there, or has no n-grams.
    """
    if output.suffix.lower() != _ENDING:
        raise UserError(
            f"cannot write '{output.suffix or output.name}' files",
            place=str(output),
            hint=f"end the name in {_ENDING}",
        )
    found: Any = opening.open_model(name, report)
    from pipeline.language import arpa
    from pipeline.language.ngram import NgramModel

    model, alphabet = getattr(found, "model", None), getattr(found, "alphabet", None)
    if not isinstance(model, NgramModel) or alphabet is None:
        raise ModelError(
            "this is no n-gram language model",
            place=name,
            hint="name the baseline ngram-lm of a causal-lm run: runs/NAME/latest:ngram-lm",
        )
    if found.notes.get("cache"):
        report.warn(f"the cache, {found.notes['cache']:.0%} of each probability, is left out")
    with storage.new_text(output) as file:
        arpa.write(model, alphabet.words(), file, report=report)
    counts = " + ".join(f"{count:,}" for count in arpa.entries(model))
    show(f"{counts} n-grams of order 1 to {model.order}, of {alphabet.name}: {output}")
