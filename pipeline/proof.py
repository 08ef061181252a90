"""Proof of an export: a fresh process loads it as the card says, and must answer the same.

The process knows nothing of Graft. It runs the card's own snippet, with public
packages alone, and gives back its logits for some test rows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.bases import Base, hub_cache_view
from pipeline.errors import ProofError

ROWS = 64
"""Test rows whose logits are compared, at the most."""

MOST_NUMBERS = 20_000_000
"""Logits that are compared, about: a language model has thousands a token."""

LIMIT = 1e-4
"""Largest difference of a logit that is allowed, in fp32."""

_TIMEOUT_S = 900
_NOTHING_LEFT = "nothing was exported under the final name"

Arrays = dict[str, np.ndarray]

# Runs after the snippet, in the same names. A flag is an array without dimensions.
_DRIVER = """
import sys
snippet, texts, inputs, out = sys.argv[1:5]
names = {"__name__": "__main__"}
exec(compile(open(snippet, encoding="utf-8").read(), "the card's snippet", "exec"), names)
import json
import numpy
import torch
model, tokenizer = names["model"], names["tokenizer"]
with open(texts, encoding="utf-8") as file:
    given = json.load(file)
if tokenizer(given["texts"])["input_ids"] != given["ids"]:
    sys.exit("the tokenizer gives other tokens")
passes, found = {}, {}
with numpy.load(inputs, allow_pickle=False) as arrays:
    for key in arrays.files:
        number, _, name = key.partition("/")
        array = arrays[key]
        value = torch.from_numpy(array) if array.ndim else array.item()
        passes.setdefault(number, {})[name] = value
with torch.no_grad():
    for number, given in passes.items():
        for name, value in model(**given).items():
            if name.endswith("logits") and isinstance(value, torch.Tensor):
                found[number + "/" + name] = value.float().numpy()
numpy.savez(out, **found)
"""


@dataclass(frozen=True)
class Evidence:
    """What the model in memory says, to be said again by a fresh process.

    Attributes:
        inputs: of each forward pass, one example each.
        outputs: logits of each forward pass, by name.
        texts: that the tokenizer is given.
        ids: what it makes of them.
    """

    inputs: list[Arrays]
    outputs: list[Arrays]
    texts: list[str]
    ids: list[list[int]]


def logits_of(outputs: Mapping[str, Any]) -> Arrays:
    """Everything that a model calls logits, in fp32."""
    return {
        name: value.float().cpu().numpy()
        for name, value in outputs.items()
        if name.endswith("logits") and hasattr(value, "numpy")
    }


def prove(folder: Path, snippet: str, *, evidence: Evidence, base: Base) -> float:
    """Load an export in a fresh process and compare.

    Args:
        folder: the export; the snippet runs from there.

    Returns:
        The largest absolute difference of a logit.

    Raises:
        ProofError: the snippet fails, or the difference is over ``LIMIT``.
    """
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        names = ("snippet.py", "texts.json", "inputs.npz", "outputs.npz")
        files = {name: scratch / name for name in names}
        files["snippet.py"].write_text(snippet, encoding="utf-8")
        said = {"texts": evidence.texts, "ids": evidence.ids}
        files["texts.json"].write_text(json.dumps(said), encoding="utf-8")
        np.savez(files["inputs.npz"], allow_pickle=False, **_flat(evidence.inputs))
        with hub_cache_view(base, scratch / "hub") as view:
            _run(folder, [*map(str, files.values())], view)
        with np.load(files["outputs.npz"], allow_pickle=False) as arrays:
            found = {key: arrays[key] for key in arrays.files}
    expected = _flat(evidence.outputs)
    shapes = {key: array.shape for key, array in found.items()}
    if shapes != {key: array.shape for key, array in expected.items()}:
        raise ProofError("the reloaded export gives logits of another shape", place=folder.name)
    difference = max(
        (float(np.abs(found[key] - array).max(initial=0.0)) for key, array in expected.items()),
        default=0.0,
    )
    if not difference <= LIMIT:
        raise ProofError(
            f"the reloaded export answers differently: logits differ by up to {difference:.2e},"
            f" more than {LIMIT:.0e}",
            place=folder.name,
            hint=_NOTHING_LEFT,
        )
    return difference


def _flat(passes: Sequence[Arrays]) -> Arrays:
    return {
        f"{number}/{name}": array
        for number, arrays in enumerate(passes)
        for name, array in arrays.items()
    }


def _run(folder: Path, arguments: list[str], view: dict[str, str]) -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-c", _DRIVER, *arguments],
            cwd=folder,
            env=_environment() | view,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ProofError(
            f"a fresh process did not load the export within {_TIMEOUT_S} seconds",
            place=folder.name,
            hint=_NOTHING_LEFT,
        ) from None
    if done.returncode != 0:
        tail = done.stderr.strip().splitlines()[-3:]
        raise ProofError(
            "a fresh process cannot load the export: " + " / ".join(tail),
            place=folder.name,
            hint=_NOTHING_LEFT,
        )


def _environment() -> dict[str, str]:
    """This process's environment without what would make the fresh one part of a group."""
    dropped = {"RANK", "LOCAL_RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"}
    return {
        key: value
        for key, value in os.environ.items()
        if key not in dropped and not key.startswith(("ACCELERATE_", "TORCHELASTIC_"))
    }
