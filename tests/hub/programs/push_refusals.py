"""Steps of a push that the Hub refuses, or that is cut: the command and the real client."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.hub.loopback import INVALID_TOKEN, READ_TOKEN
from tests.hub.programs import graft, logged_in, report

FOLDER = Path(os.environ["TESTED_FOLDER"])
"""Copies of a finished run, each with a base of its own inside."""

waited: list[float] = []


def _push(repo: str, *options: str, run: str = "plain") -> dict[str, Any]:
    waited.clear()
    done = graft("push", FOLDER / run, "--yes", "--repo", repo, *options)
    return done | {"waited": sum(waited)}


def without_a_token() -> dict[str, Any]:
    with logged_in(None):
        return _push("tester/new")


def with_a_token_that_reads() -> dict[str, Any]:
    with logged_in(READ_TOKEN):
        return _push("tester/new")


def with_an_invalid_token() -> dict[str, Any]:
    with logged_in(INVALID_TOKEN):
        return _push("tester/new")


def for_somebody_else() -> dict[str, Any]:
    return _push("testre/new")


def into_somebody_elses() -> dict[str, Any]:
    return _push("somebody/theirs", "--public")


def into_a_public_one() -> dict[str, Any]:
    return _push("tester/open")


def _to(repo: str, run: str = "plain") -> Callable[[], dict[str, Any]]:
    return lambda: _push(repo, run=run)


STEPS = {
    step.__name__: step
    for step in (
        without_a_token, with_a_token_that_reads, with_an_invalid_token, for_somebody_else,
        into_somebody_elses, into_a_public_one,
    )
} | {
    **{f"answered_{code}": _to(f"tester/answers-{code}") for code in (401, 403, 404, 409, 412)},
    "stumbled_twice": _to("tester/stumbles"),
    "down_for_good": _to("tester/down"),
    "busy_for_good": _to("tester/busy"),
    "cut_once": _to("tester/cut", "cut"),
    "cut_too_often": _to("tester/torn", "torn"),
    "cut_and_pushed_again": _to("tester/torn", "torn"),
}  # fmt: skip

if __name__ == "__main__":
    time.sleep = waited.append  # type: ignore[assignment]
    report(STEPS)
