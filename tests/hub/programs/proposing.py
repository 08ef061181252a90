"""Steps with a Hub: propose a recipe for one of its data sets, and check it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.hub.programs import graft, report

OUTPUT = Path(os.environ["TESTED_RUNS"]) / "sst2.yaml"


def new() -> dict[str, Any]:
    return graft("new", "hub:nyu-mll/glue", "--config", "sst2", "--yes", "--output", OUTPUT)


def written() -> str:
    return OUTPUT.read_text(encoding="utf-8")


def check() -> dict[str, Any]:
    return graft("check", OUTPUT)


def unknown() -> dict[str, Any]:
    return graft("new", "hub:nobody/nothing", "--yes", "--output", OUTPUT.with_name("no.yaml"))


if __name__ == "__main__":
    report({step.__name__: step for step in (new, written, check, unknown)})
