"""Steps with a Hub: run the recipes as they stand, and fetch a model by its branch."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.hub.programs import graft, report

RUNS = Path(os.environ["TESTED_RUNS"])


def bert_lora() -> dict[str, Any]:
    return graft("run", "recipes/sst2-bert-lora.yaml", "--runs", RUNS)


def roberta_full() -> dict[str, Any]:
    return graft("run", "recipes/sst2-roberta-full.yaml", "--runs", RUNS)


def unpinned_model() -> dict[str, Any]:
    overrides = ("model={id: tester/unpinned}", "data.hub=tester/missing")
    return graft("run", "recipes/sst2-bert-lora.yaml", *overrides, "--runs", RUNS / "other")


if __name__ == "__main__":
    report({step.__name__: step for step in (bert_lora, roberta_full, unpinned_model)})
