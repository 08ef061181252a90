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
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.bases import Base, hub_cache_view
from pipeline.errors import ProofError

ROWS = 64
"""Test rows whose logits are compared."""

LIMIT = 1e-4
"""Largest difference of a logit that is allowed, in fp32."""

_TIMEOUT_S = 900
_NOTHING_LEFT = "nothing was exported under the final name"

# Runs after the snippet, in the same names.
_DRIVER = """
import sys
snippet, rows, out, max_length = sys.argv[1:5]
names = {"__name__": "__main__"}
exec(compile(open(snippet, encoding="utf-8").read(), "the card's snippet", "exec"), names)
import json
import numpy
import torch
model, tokenizer = names["model"], names["tokenizer"]
found = []
with torch.no_grad():
    for row in json.load(open(rows, encoding="utf-8")):
        inputs = tokenizer(*row, truncation=True, max_length=int(max_length), return_tensors="pt")
        found.append(model(**inputs).logits.float().numpy())
numpy.save(out, numpy.concatenate(found), allow_pickle=False)
"""


def prove(
    folder: Path,
    snippet: str,
    *,
    rows: Sequence[tuple[str, ...]],
    expected: np.ndarray,
    base: Base,
    max_length: int,
) -> float:
    """Load an export in a fresh process and compare.

    Args:
        folder: the export; the snippet runs from there.
        rows: the texts of each row.
        expected: (rows, C) logits of the model in memory.
        max_length: longest input in tokens.

    Returns:
        The largest absolute difference of a logit.

    Raises:
        ProofError: the snippet fails, or the difference is over ``LIMIT``.
    """
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        files = {name: scratch / name for name in ("snippet.py", "rows.json", "logits.npy")}
        files["snippet.py"].write_text(snippet, encoding="utf-8")
        files["rows.json"].write_text(json.dumps([list(row) for row in rows]), encoding="utf-8")
        with hub_cache_view(base, scratch / "hub") as view:
            try:
                done = subprocess.run(
                    [sys.executable, "-c", _DRIVER, *map(str, files.values()), str(max_length)],
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
        found = np.load(files["logits.npy"], allow_pickle=False)
    if found.shape != expected.shape:
        raise ProofError(
            f"the reloaded export gives logits of shape {found.shape}, not {expected.shape}",
            place=folder.name,
        )
    difference = float(np.abs(found - expected).max(initial=0.0))
    if not difference <= LIMIT:
        raise ProofError(
            f"the reloaded export answers differently: logits differ by up to {difference:.2e},"
            f" more than {LIMIT:.0e}",
            place=folder.name,
            hint=_NOTHING_LEFT,
        )
    return difference


def _environment() -> dict[str, str]:
    """This process's environment without what would make the fresh one part of a group."""
    dropped = {"RANK", "LOCAL_RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"}
    return {
        key: value
        for key, value in os.environ.items()
        if key not in dropped and not key.startswith(("ACCELERATE_", "TORCHELASTIC_"))
    }
