"""What tests run with the real client, in a process of its own: it reads its settings on import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
LIMIT_SECONDS = 900

Outcome = dict[str, Any]
Program = Mapping[str, Callable[[], Any]]


def run(name: str, environment: Mapping[str, str]) -> dict[str, Outcome]:
    """Run a module of this package and return what came of each of its steps."""
    finished = subprocess.run(
        [sys.executable, "-m", f"tests.hub.programs.{name}"],
        env=dict(environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    if finished.returncode:
        raise AssertionError(finished.stderr)
    return json.loads(finished.stdout.splitlines()[-1])


def report(steps: Program) -> None:
    """Take every step in order, and write what it returned or raised to standard output."""
    outcomes: dict[str, Outcome] = {}
    for name, step in steps.items():
        start = time.perf_counter()
        try:
            outcome: Outcome = {"value": step()}
        except Exception as error:
            outcome = {"error": type(error).__name__, "message": str(error)}
        outcomes[name] = outcome | {"seconds": time.perf_counter() - start}
    sys.stdout.write("\n" + json.dumps(outcomes) + "\n")


def output(outcomes: dict[str, Outcome], step: str, *, code: int = 0) -> str:
    """What a step that called `graft` showed, after making sure how it ended."""
    outcome = outcomes[step]
    assert "error" not in outcome, outcome
    assert outcome["value"]["code"] == code, outcome["value"]["output"]
    assert "Traceback" not in outcome["value"]["output"], outcome["value"]["output"]
    return str(outcome["value"]["output"])


@contextmanager
def logged_in(token: str | None) -> Iterator[None]:
    """As if another person had logged in, or none; the client looks for a token each time."""
    before = os.environ.pop("HF_TOKEN")
    if token is not None:
        os.environ["HF_TOKEN"] = token
    try:
        yield
    finally:
        os.environ["HF_TOKEN"] = before


def graft(*arguments: str | Path) -> dict[str, Any]:
    """The command, in this process: its exit code, and all that a terminal would show."""
    from pipeline.cli import main

    with tempfile.TemporaryFile("w+") as shown:
        streams = (sys.stdout, sys.stderr)
        kept = [os.dup(stream.fileno()) for stream in streams]
        for stream in streams:
            stream.flush()
            # By number, since libraries keep the stream that they found when imported.
            os.dup2(shown.fileno(), stream.fileno())
        try:
            code = main([str(argument) for argument in arguments])
        finally:
            for stream, number in zip(streams, kept, strict=True):
                stream.flush()
                os.dup2(number, stream.fileno())
                os.close(number)
        shown.seek(0)
        return {"code": code, "output": shown.read()}
