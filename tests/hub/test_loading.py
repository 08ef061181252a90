"""The real transformers and datasets against the stand-in: one process takes every step, once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hub import LoopbackHub
from tests.hub.fixtures import POSITIONS, glue_sst2, tiny_bert, tiny_roberta
from tests.hub.programs import Outcome, run

REVISION = "86b5e0934494bd15c9632b12f734a8a67f723594"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackHub]:
    folder = tmp_path_factory.mktemp("models")
    with LoopbackHub() as hub:
        bert = tiny_bert(folder / "bert")
        hub.add_model("google-bert/bert-base-uncased", bert, revision=REVISION)
        # A later commit without any file: whoever asks for the branch gets nothing.
        (folder / "emptied").mkdir()
        hub.add_model("google-bert/bert-base-uncased", folder / "emptied")
        hub.add_model("FacebookAI/roberta-base", tiny_roberta(folder / "roberta"))
        hub.add_dataset("nyu-mll/glue", glue_sst2(), revision=REVISION)
        yield hub


@pytest.fixture(scope="module")
def outcomes(hub: LoopbackHub, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    environment = hub.environment(tmp_path_factory.mktemp("home"))
    return run("loading", environment | {"TESTED_REVISION": REVISION})


def test_a_model_loads_at_a_pinned_revision(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["load_bert"]["value"] == {
        "missing": ["classifier.bias", "classifier.weight"],
        "logits": [1, 2],
        "tokens": POSITIONS,
    }


def test_a_roberta_reads_as_many_tokens_as_it_says(outcomes: dict[str, Outcome]) -> None:
    loaded = outcomes["load_roberta"]["value"]
    assert loaded["tokens"] == POSITIONS
    assert "classifier.out_proj.weight" in loaded["missing"]


def test_a_data_set_loads_at_a_pinned_revision(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["load_pinned_data"]["value"] == {
        "rows": {"train": 200, "validation": 40, "test": 20},
        "columns": ["sentence", "label", "idx"],
        "labels": ["negative", "positive"],
        "withheld": [-1],
    }


def test_a_data_set_loads_without_a_revision(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["load_unpinned_data"]["value"] == 40


@pytest.mark.parametrize(
    ("step", "error", "words"),
    [
        ("load_missing_model", "OSError", "not a valid model identifier"),
        ("load_missing_configuration", "ValueError", "'sst3' not found. Available: ['sst2']"),
        ("load_missing_data", "DatasetNotFoundError", "nyu-mll/no-such-data"),
    ],
)
def test_what_does_not_exist_is_named(
    outcomes: dict[str, Outcome], step: str, error: str, words: str
) -> None:
    assert outcomes[step]["error"] == error
    assert words in outcomes[step]["message"]


def test_a_pushed_model_loads_whole(hub: LoopbackHub, outcomes: dict[str, Outcome]) -> None:
    assert outcomes["push_and_load_again"]["value"] == []
    assert hub.repository("tester/fine-tuned").private


def test_the_clients_ask_nothing_that_has_no_route(
    hub: LoopbackHub, outcomes: dict[str, Outcome]
) -> None:
    assert len(outcomes) == 8
    assert hub.unknown == []
