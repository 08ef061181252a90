"""Steps that a Hub refuses, and steps it cannot take: the command on small recipes."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from tests.hub.loopback import INVALID_TOKEN, READ_TOKEN
from tests.hub.programs import graft, report

FOLDER = Path(os.environ["TESTED_FOLDER"])
MODEL = "model.id=tester/tiny"
DATA = "data.hub=tester/reviews"

STEPS = {
    "no_such_model": ["model.id=tester/missing"],
    "private_model": ["model.id=tester/private"],
    "no_such_revision": [MODEL, "model.revision=v9"],
    "gated_model": ["model.id=tester/gated"],
    "gated_files": ["model.id=tester/gated-files"],
    "pickled_model": ["model.id=tester/pickled"],
    "adapter_as_model": ["model.id=tester/adapter"],
    "no_id_of_a_model": ["model.id=tester/not--an--id"],
    "unavailable_model": ["model.id=tester/unavailable"],
    "no_such_data": [MODEL, "data.hub=tester/missing"],
    "private_data": [MODEL, "data.hub=tester/private"],
    "gated_data": [MODEL, "data.hub=tester/gated"],
    "gated_tables": [MODEL, "data.hub=tester/gated-files"],
    "no_such_data_revision": [MODEL, DATA, "data.revision=v9"],
    "no_such_config": [MODEL, DATA, "data.config=sst3"],
    "no_such_split": [MODEL, DATA, "data.test=dev"],
    "unlabelled_split": [MODEL, DATA, "data.test=test"],
    "script_only": [MODEL, "data.hub=tester/script", "data.config=null"],
    "unavailable_data": [MODEL, "data.hub=tester/unavailable"],
}


KNOWN = {
    "no_such_model_for_a_member": (READ_TOKEN, ["model.id=tester/missing"]),
    "no_such_data_for_a_member": (READ_TOKEN, [MODEL, "data.hub=tester/missing"]),
    "invalid_token": (INVALID_TOKEN, []),
}
"""Steps with a token; the client looks for one each time."""


def _run(overrides: list[str], token: str | None = None) -> dict[str, Any]:
    if token is not None:
        os.environ["HF_TOKEN"] = token
    return graft("run", FOLDER / "reviews.yaml", *overrides, "--runs", FOLDER / "runs")


if __name__ == "__main__":
    steps = {name: partial(_run, overrides) for name, overrides in STEPS.items()}
    steps |= {name: partial(_run, overrides, token) for name, (token, overrides) in KNOWN.items()}
    report(steps)
