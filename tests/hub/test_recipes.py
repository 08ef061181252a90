"""The recipes that name the Hub, run as they stand by the real clients against the stand-in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.hub import LoopbackHub
from tests.hub.fixtures import glue_sst2, tiny_bert, tiny_roberta
from tests.hub.messages import Request
from tests.hub.programs import Outcome, run

BERT = ("google-bert/bert-base-uncased", "86b5e0934494bd15c9632b12f734a8a67f723594")
ROBERTA = ("FacebookAI/roberta-base", "e2da8e2f811d1448a5b465c236feacd80ffbac7b")
GLUE = ("nyu-mll/glue", "bcdcba79d07bc864c1c254ccfcedcce55bcc9a8c")
TRAIN, VALIDATION = 300, 60

CLUTTER = {
    "README.md": "# A card",
    "pytorch_model.bin": "a pickle that must not be asked for",
    "rust_model.ot": "neither this",
    "onnx/config.json": "{}",
}
"""What the published repositories hold besides what a run needs."""

NOISE = ("Warning", "it/s]", "examples/s", "%|", "HF_TOKEN", "huggingface_hub", ".py:", "latest")
"""Signs that a library speaks to the person by itself."""

RUNS = {"bert_lora": "sst2-bert-lora", "roberta_full": "sst2-roberta-full"}


@dataclass(frozen=True)
class World:
    """What came of running the recipes, first with a Hub and then without."""

    runs: Path
    home: Path
    requests: list[Request]
    unknown: list[Request]
    online: dict[str, Outcome]
    gone: dict[str, Outcome]

    def folder(self, step: str) -> Path:
        return self.runs / RUNS[step] / "latest"

    def read(self, step: str, name: str) -> Any:
        return json.loads((self.folder(step) / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    models = tmp_path_factory.mktemp("models")
    folder = tmp_path_factory.mktemp("world")
    with LoopbackHub() as hub:
        for (name, revision), make in ((BERT, tiny_bert), (ROBERTA, tiny_roberta)):
            published = make(models / name)
            (published / "onnx").mkdir()
            for path, content in CLUTTER.items():
                (published / path).write_text(content)
            hub.add_model(name, published, revision=revision)
            # The branch moves on; the recipe does not.
            hub.add_model(name, models / name / "onnx")
        hub.add_model("tester/unpinned", tiny_bert(models / "unpinned"))
        tables = glue_sst2(TRAIN, validation=VALIDATION)
        hub.add_dataset(GLUE[0], tables, revision=GLUE[1])
        settings = {"TESTED_RUNS": str(folder / "runs"), "OMP_NUM_THREADS": "1"}
        environment = hub.environment(folder / "home") | settings
        online = run("recipes", environment)
    gone = run("without_hub", environment)
    return World(folder / "runs", folder / "home", hub.requests, hub.unknown, online, gone)


@pytest.mark.parametrize("step", RUNS)
def test_a_recipe_runs_as_it_stands(world: World, step: str) -> None:
    outcome = world.online[step]
    assert outcome["value"]["code"] == 0, outcome["value"]["output"]
    result = world.read(step, "result.json")
    assert result["metric"] == "accuracy"
    assert result["test_rows"] == VALIDATION
    fine_tuned = RUNS[step].rpartition("-")[2]
    names = {contender["name"] for contender in result["contenders"]}
    assert names == {fine_tuned, "majority", "tfidf", "ngram"}
    assert result["verdict"]["fine_tuned"] == fine_tuned
    assert result["verdict"]["sentence"] in outcome["value"]["output"]


@pytest.mark.parametrize("step", RUNS)
def test_validation_rows_are_carved_from_training_and_never_from_the_test(
    world: World, step: str
) -> None:
    data = world.read(step, "result.json")["data"]
    assert data["rows"] == {"train": 291, "validation": 9, "test": VALIDATION}
    assert data["labels"] == ["negative", "positive"]
    assert any("validation: 9 of 300 rows carved" in note for note in data["notes"])


@pytest.mark.parametrize(("step", "model"), [("bert_lora", BERT), ("roberta_full", ROBERTA)])
def test_the_lock_holds_the_commits_of_model_and_data(
    world: World, step: str, model: tuple[str, str]
) -> None:
    lock = world.read(step, "lock.json")
    assert (lock["base"]["hub_id"], lock["base"]["revision"]) == model
    assert lock["base"]["sha256"].keys() == {"model.safetensors"}
    assert lock["data"] == {"hub": {"id": GLUE[0], "config": "sst2", "revision": GLUE[1]}}


@pytest.mark.parametrize(("step", "name"), [("bert_lora", "adapter"), ("roberta_full", "merged")])
def test_the_export_is_proved(world: World, step: str, name: str) -> None:
    (export,) = world.read(step, "result.json")["exports"]
    assert (export["name"], export["proved"]) == (name, True)
    assert export["max_logit_difference"] <= 1e-4


def test_the_adapter_names_its_base_on_the_hub_and_carries_none(world: World) -> None:
    config = world.read("bert_lora", "adapter/adapter_config.json")
    assert (config["base_model_name_or_path"], config["revision"]) == BERT
    adapter = world.folder("bert_lora") / "adapter"
    assert not (adapter / "base").exists()
    assert (adapter / "adapter_model.safetensors").stat().st_size < 100_000


@pytest.mark.parametrize("step", RUNS)
def test_no_path_of_this_machine_is_in_what_is_shared(world: World, step: str) -> None:
    # An export holds its own card; the run's is a copy of it.
    (export,) = world.read(step, "result.json")["exports"]
    shared = [path for path in (world.folder(step) / export["path"]).rglob("*") if path.is_file()]
    shared.append(world.folder(step) / "README.md")
    assert {"README.md", "graft.json", "tokenizer.json"} <= {path.name for path in shared}
    for place in (world.runs, world.home, Path.cwd(), Path.home()):
        mentions = [path.name for path in shared if str(place).encode() in path.read_bytes()]
        assert mentions == []


def test_nothing_but_card_configuration_tokenizer_and_safetensors_is_fetched(world: World) -> None:
    fetched = {
        request.path.rpartition("/")[2]
        for request in world.requests
        if "/resolve/" in request.path and not request.path.startswith("/datasets/")
    }
    # The card says the licence, which the export's card carries on.
    assert fetched == {
        "README.md", "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
    }  # fmt: skip
    assert not any("/resolve/" in item.path and "onnx" in item.path for item in world.requests)


def test_the_proof_loads_the_base_by_its_name_and_without_the_hub(world: World) -> None:
    """It has a fresh cache, so that a file fetched for it would be fetched twice."""
    gets = [item.path for item in world.requests if item.method == "GET" and BERT[0] in item.path]
    assert sum(path.endswith("model.safetensors") for path in gets) == 1
    snippet = (world.folder("bert_lora") / "adapter" / "README.md").read_text(encoding="utf-8")
    assert f'"{BERT[0]}"' in snippet
    assert f'revision="{BERT[1]}"' in snippet


def test_the_clients_ask_nothing_that_has_no_route(world: World) -> None:
    assert world.unknown == []


@pytest.mark.parametrize("step", RUNS)
def test_only_graft_speaks_while_it_runs(world: World, step: str) -> None:
    output = world.online[step]["value"]["output"]
    assert output.startswith("==> ")
    assert not [noise for noise in NOISE if noise in output]


# ------------------------------------------------------------- and the Hub is gone


def test_what_was_fetched_once_runs_again_without_the_hub(world: World) -> None:
    outcome = world.gone["everything_fetched_before"]["value"]
    assert outcome["code"] == 0, outcome["output"]
    assert "cannot be reached" in outcome["output"]
    assert "using the copy of nyu-mll/glue on this disk, bcdcba7" in outcome["output"]
    assert not [noise for noise in NOISE if noise in outcome["output"]]
    again = json.loads((world.runs / "again/sst2-bert-lora/latest/result.json").read_text())
    before = world.read("bert_lora", "result.json")
    assert again["data"]["fingerprints"] == before["data"]["fingerprints"]
    assert again["model"]["sha256"] == before["model"]["sha256"]
    assert again["data"]["source"] == before["data"]["source"]


def test_an_adapter_answers_without_the_hub(world: World) -> None:
    outcome = world.gone["answer"]["value"]
    assert outcome["code"] == 0, outcome["output"]
    label, score, text = outcome["output"].splitlines()[-1].split("\t")
    assert label in {"negative", "positive"}
    assert 0.5 <= float(score) <= 1
    assert text == "a charming film"


def test_a_branch_means_without_the_hub_what_it_meant_with_it(world: World) -> None:
    output = world.gone["model_fetched_by_its_branch"]["value"]["output"]
    assert "using the copy of tester/unpinned on this disk" in output
    assert "data.hub: " in output
    assert "model: " not in output


def test_another_commit_of_the_data_is_never_taken_for_the_one_asked_for(world: World) -> None:
    outcome = world.gone["data_of_another_commit"]["value"]
    assert outcome["code"] == 2
    assert "data.revision: " in outcome["output"]
    assert "at aaaaaaa, and the copy on this disk is of bcdcba7" in outcome["output"]


@pytest.mark.parametrize(
    ("step", "place", "name", "offer"),
    [
        (
            "model_never_fetched",
            "model: ",
            "no copy of 'google-bert/bert-large-uncased' on this disk",
            "builtin:minilm",
        ),
        (
            "data_never_fetched",
            "data.hub: ",
            "no copy of 'nyu-mll/blimp' on this disk",
            "builtin: docs-topics",
        ),
    ],
)
def test_what_was_never_fetched_is_refused_at_once(
    world: World, step: str, place: str, name: str, offer: str
) -> None:
    outcome = world.gone[step]
    assert outcome["value"]["code"] == 2, outcome["value"]["output"]
    assert outcome["seconds"] < 10
    output = outcome["value"]["output"]
    assert place in output
    assert "cannot be reached (ConnectError)" in output
    assert name in output
    assert "until then these work: " in output
    assert offer in output
    assert "Traceback" not in output
