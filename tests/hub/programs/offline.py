"""Steps of a person without a network who names a base that an installed package carries."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.hub.programs import graft, report

FOLDER = Path(os.environ["TESTED_FOLDER"])
RUNS = FOLDER / "runs"


def fine_tune() -> dict[str, Any]:
    return graft("run", FOLDER / "twin.yaml", "--runs", RUNS)


def answer() -> dict[str, Any]:
    return graft("predict", RUNS / "twin" / "latest" / "adapter", "a charming film")


def name_data_of_the_hub() -> dict[str, Any]:
    return graft("run", FOLDER / "twin.yaml", "data={hub: tester/reviews}", "--runs", RUNS)


if __name__ == "__main__":
    report({step.__name__: step for step in (name_data_of_the_hub, fine_tune, answer)})
