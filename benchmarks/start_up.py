"""How long a command takes to answer, against the import that a trainer script begins with."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

from benchmarks.timing import Pair

_RECIPE = "recipes/docs-topics-bert-lora.yaml"


def pairs() -> Iterator[Pair]:
    """Help and check."""
    trainer = ("import Trainer", _python("-c", "from transformers import Trainer"))
    yield Pair("answer --help", ("graft --help", _python("-m", "pipeline", "--help")), trainer, 3)
    check = ("graft check", _python("-m", "pipeline", "check", _RECIPE))
    yield Pair("check a recipe and its data", check, trainer, 3)


def _python(*arguments: str) -> Callable[[], object]:
    command = [sys.executable, *arguments]
    return lambda: subprocess.run(command, capture_output=True, check=True)
