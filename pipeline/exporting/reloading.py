"""An export loaded by a fresh process that knows nothing of Graft, and asked from here.

The process runs the card's own snippet, with public packages alone. From then on it is a model
like another: it is called with tensors and gives logits, or writes ids. Questions and answers
go through its standard input and output, one at a time, so that nothing has to fit in memory
but one forward pass.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

import numpy as np

from pipeline.bases import Base, hub_cache_view
from pipeline.contracts import Json
from pipeline.errors import ProofError

_TIMEOUT_S = 900
"""For one question; loading the export counts as the first."""

_SIZE = 8
"""Bytes of a length; a message is two of them, then JSON, then arrays as NumPy saves them."""

Arrays = dict[str, np.ndarray]

# Runs the snippet, then answers. A flag is an array without dimensions.
_DRIVER = """
import io, json, os, sys, time
channel = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)  # what the snippet prints is not an answer
names = {"__name__": "__main__"}
with open(sys.argv[1], encoding="utf-8") as file:
    exec(compile(file.read(), "the card's snippet", "exec"), names)
import numpy
import torch
model, tokenizer = names["model"], names["tokenizer"]


def say(facts, arrays):
    body = io.BytesIO()
    numpy.savez(body, allow_pickle=False, **arrays)
    head, body = json.dumps(facts).encode(), body.getvalue()
    channel.write(len(head).to_bytes(8, "big") + len(body).to_bytes(8, "big") + head + body)
    channel.flush()


def answer(facts, given):
    started = time.perf_counter()
    if facts["do"] == "tokenise":
        return {"ids": tokenizer(facts["texts"])["input_ids"]}, {}
    if facts["do"] == "generate":
        written = model.generate(**given, **facts["options"])
        return {}, {"ids": written.numpy()}
    found = model(**given)
    seconds = time.perf_counter() - started
    logits = {
        name: value.float().numpy()
        for name, value in found.items()
        if name.endswith("logits") and isinstance(value, torch.Tensor)
    }
    return {"seconds": seconds}, logits


say({}, {})
while sizes := sys.stdin.buffer.read(16):
    facts = json.loads(sys.stdin.buffer.read(int.from_bytes(sizes[:8], "big")))
    body = io.BytesIO(sys.stdin.buffer.read(int.from_bytes(sizes[8:], "big")))
    with numpy.load(body, allow_pickle=False) as arrays, torch.no_grad():
        given = {
            key: torch.from_numpy(arrays[key]) if arrays[key].ndim else arrays[key].item()
            for key in arrays.files
        }
        say(*answer(facts, given))
"""


class Reloaded:
    """The model of an export, in a process of its own; it is called as the model itself is.

    Attributes:
        seconds: what the last forward pass took, the way there and back left out.
    """

    training = False

    def __init__(self, process: subprocess.Popen[bytes], said: IO[bytes], name: str) -> None:
        self._process, self._said, self._name = process, said, name
        self.seconds = 0.0
        self._answer()

    def eval(self) -> Reloaded:
        """It is in eval mode, and stays there."""
        return self

    def train(self, mode: bool = False) -> Reloaded:
        """Likewise.

        Raises:
            ValueError: it is asked to train.
        """
        if mode:
            raise ValueError("an export that was reloaded does not train")
        return self

    def __call__(self, **inputs: Any) -> SimpleNamespace:
        """A forward pass: everything that the model calls logits, as tensors."""
        import torch

        found = self.logits({name: np.asarray(value) for name, value in inputs.items()})
        return SimpleNamespace(**{name: torch.from_numpy(each) for name, each in found.items()})

    def logits(self, inputs: Arrays) -> Arrays:
        """The same between arrays."""
        facts, found = self._ask({"do": "forward"}, inputs)
        self.seconds = float(facts["seconds"])
        return found

    def generate(self, **inputs: Any) -> Any:
        """Ids, as ``model.generate`` writes them."""
        import torch

        given = {n: np.asarray(v) for n, v in inputs.items() if isinstance(v, torch.Tensor)}
        options = {name: value for name, value in inputs.items() if name not in given}
        _, found = self._ask({"do": "generate", "options": options}, given)
        return torch.from_numpy(found["ids"])

    def tokenise(self, texts: list[str]) -> list[list[int]]:
        """Ids that the export's own tokenizer gives."""
        facts, _ = self._ask({"do": "tokenise", "texts": texts}, {})
        ids: list[list[int]] = facts["ids"]
        return ids

    def _ask(self, facts: Json, arrays: Mapping[str, np.ndarray]) -> tuple[Json, Arrays]:
        body = io.BytesIO()
        np.savez(body, allow_pickle=False, **arrays)
        head, content = json.dumps(facts).encode(), body.getvalue()
        sizes = b"".join(len(part).to_bytes(_SIZE, "big") for part in (head, content))
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101
        with suppress(BrokenPipeError):  # it ended: what it said is read below
            pipe.write(sizes + head + content)
            pipe.flush()
        return self._answer()

    def _answer(self) -> tuple[Json, Arrays]:
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101
        late = threading.Timer(_TIMEOUT_S, self._process.kill)
        late.start()
        try:
            sizes = pipe.read(2 * _SIZE)
            parts = [pipe.read(int.from_bytes(part, "big")) for part in _halves(sizes)]
        finally:
            in_time = late.is_alive()
            late.cancel()
        if len(sizes) < 2 * _SIZE:
            raise self._fallen_silent(in_time=in_time)
        with np.load(io.BytesIO(parts[1]), allow_pickle=False) as arrays:
            return json.loads(parts[0]), {key: arrays[key] for key in arrays.files}

    def _fallen_silent(self, *, in_time: bool) -> ProofError:
        self._process.wait()
        if not in_time:
            return ProofError(
                f"a fresh process did not answer within {_TIMEOUT_S} seconds", place=self._name
            )
        self._said.seek(0)
        tail = self._said.read().decode("utf-8", "replace").strip().splitlines()[-3:]
        return ProofError(
            "a fresh process cannot load the export: " + " / ".join(tail), place=self._name
        )


def _halves(sizes: bytes) -> tuple[bytes, bytes]:
    return sizes[:_SIZE], sizes[_SIZE:]


@contextmanager
def reloaded(folder: Path, snippet: str, *, base: Base) -> Iterator[Reloaded]:
    """A fresh process that has run an export's snippet.

    Args:
        folder: the export; the snippet runs from there.
        base: is found under its Hub id, as after a download.

    Raises:
        ProofError: the snippet fails, or takes too long.
    """
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        file = scratch / "snippet.py"
        file.write_text(snippet, encoding="utf-8")
        with (
            hub_cache_view(base, scratch / "hub") as view,
            (scratch / "said").open("w+b") as said,
            subprocess.Popen(
                [sys.executable, "-c", _DRIVER, str(file)],
                cwd=folder,
                env=_environment() | view,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
            ) as process,
        ):
            try:
                yield Reloaded(process, said, folder.name)
            finally:
                process.kill()


def _environment() -> dict[str, str]:
    """This process's environment without what would make the fresh one part of a group."""
    dropped = {"RANK", "LOCAL_RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"}
    return {
        key: value
        for key, value in os.environ.items()
        if key not in dropped and not key.startswith(("ACCELERATE_", "TORCHELASTIC_"))
    }
