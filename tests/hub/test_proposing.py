"""``graft new hub:ID``, by the real client against the stand-in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hub import LoopbackHub
from tests.hub.fixtures import glue_sst2
from tests.hub.programs import Outcome, run

REVISION = "bcdcba79d07bc864c1c254ccfcedcce55bcc9a8c"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    folder = tmp_path_factory.mktemp("world")
    with LoopbackHub() as hub:
        hub.add_dataset("nyu-mll/glue", glue_sst2(120, validation=40), revision=REVISION)
        settings = {"TESTED_RUNS": str(folder), "OMP_NUM_THREADS": "1"}
        return run("proposing", hub.environment(folder / "home") | settings)


def test_a_data_set_on_the_hub_gives_a_recipe(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["new"]["value"]["code"] == 0, outcomes["new"]["value"]["output"]
    written = outcomes["written"]["value"]
    assert "# Which of 2 classes does a text belong to?" in written
    assert "hub: nyu-mll/glue" in written
    assert "config: sst2" in written
    assert f"revision: {REVISION}" in written
    assert "columns: {text: sentence}" in written
    assert outcomes["check"]["value"]["code"] == 0, outcomes["check"]["value"]["output"]


def test_a_split_whose_labels_are_kept_secret_is_no_test(outcomes: dict[str, Outcome]) -> None:
    assert "test: validation" in outcomes["written"]["value"]


def test_a_data_set_that_is_not_there_is_said(outcomes: dict[str, Outcome], tmp_path: Path) -> None:
    assert outcomes["unknown"]["value"]["code"] == 2
    assert "nobody/nothing" in outcomes["unknown"]["value"]["output"]
