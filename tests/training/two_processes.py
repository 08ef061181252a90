"""A program for two processes: the same training as one process does, row for row."""

from __future__ import annotations

import sys
from pathlib import Path
from unittest import mock

import numpy as np
import torch
from safetensors.torch import save_file

from pipeline.strategies.full import Full
from tests.training import tiny

CASES = {
    "uneven": {"batch_size": 13, "micro_batch_size": 5},  # three passes for two processes
    "idle": {"batch_size": 1, "micro_batch_size": 1},  # one pass: a process has nothing to do
}


def learn(case: str, base: Path, run: Path) -> dict[str, torch.Tensor]:
    """Three steps over thirteen rows; the weights, and the logits of other rows."""
    prepared, on = tiny.ready(base, Full()), tiny.work(13)
    # The metric's library takes seconds to import, and is not what this is about.
    with mock.patch("pipeline.evaluation.scoring.score", return_value=0.5):
        found = tiny.fit(prepared, run, on=on, max_steps=3, epochs=3, validations=1, **CASES[case])
    answering = found.model.answering
    pieces = answering.pieces(answering.examples(on.validation))
    return tiny.weights(found.model.model) | {"logits": torch.from_numpy(np.stack(pieces))}


if __name__ == "__main__":
    from accelerate import PartialState

    home = Path(sys.argv[2])
    for name in CASES:
        learnt = learn(name, Path(sys.argv[1]), home / "both" / name)
        save_file(learnt, home / f"{name}-{PartialState().process_index}.safetensors")
