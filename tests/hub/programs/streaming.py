"""Steps with a Hub: a data set that is read as it is fetched, from recipe to verdict."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from tests.hub.programs import graft, report

RECIPE = Path(os.environ["TESTED_RECIPE"])

STEPS = {
    "streamed": ["seed=1"],
    "limited": ["seed=2", "data.limit=80"],
    "no_such_split": ["data.test=dev"],
    "no_such_data": ["data.hub=tester/missing"],
}


def _run(overrides: list[str]) -> dict[str, Any]:
    return graft("run", RECIPE, *overrides, "--runs", RECIPE.parent / "runs" / overrides[0])


if __name__ == "__main__":
    report({name: partial(_run, overrides) for name, overrides in STEPS.items()})
