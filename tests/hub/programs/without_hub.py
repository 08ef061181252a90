"""Steps for a machine that had a Hub once: what is on its disk works, the rest is refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.hub.programs import graft, report

RUNS = Path(os.environ["TESTED_RUNS"])
ADAPTER = RUNS / "sst2-bert-lora" / "latest" / "adapter"
BERT = "recipes/sst2-bert-lora.yaml"


def model_never_fetched() -> dict[str, Any]:
    return graft("run", BERT, "model.id=google-bert/bert-large-uncased", "--runs", RUNS / "other")


def data_never_fetched() -> dict[str, Any]:
    return graft("run", BERT, "data.hub=nyu-mll/blimp", "--runs", RUNS / "other")


def model_fetched_by_its_branch() -> dict[str, Any]:
    overrides = ("model={id: tester/unpinned}", "data.hub=nyu-mll/blimp")
    return graft("run", BERT, *overrides, "--runs", RUNS / "other")


def data_of_another_commit() -> dict[str, Any]:
    return graft("run", BERT, f"data.revision={'a' * 40}", "--runs", RUNS / "other")


def everything_fetched_before() -> dict[str, Any]:
    return graft("run", BERT, "--runs", RUNS / "again")


def answer() -> dict[str, Any]:
    return graft("predict", ADAPTER, "a charming film")


STEPS = (
    model_never_fetched,
    data_never_fetched,
    model_fetched_by_its_branch,
    data_of_another_commit,
    everything_fetched_before,
    answer,
)

if __name__ == "__main__":
    report({step.__name__: step for step in STEPS})
