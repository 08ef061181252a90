"""What the Hub refuses is said in a recipe's words: the name, the Hub's answer, what to do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.hub import LoopbackHub
from tests.hub.fixtures import glue_sst2, tiny_bert
from tests.hub.programs import ROOT, Outcome, run

RECIPE = """\
# Reviews
model: {id: tester/tiny}
task: text-classification
data: {hub: tester/reviews, config: sst2, columns: {text: sentence}, test: validation}
"""

LOGIN = "log in: hf auth login"

CASES = {
    "no_such_model": [
        "model: there is no model 'tester/missing' on the Hub, or it is private",
        "answered 401",
        "look at the spelling",
        LOGIN,
    ],
    "no_such_model_for_a_member": ["there is no model 'tester/missing'", "answered 404", LOGIN],
    "private_model": ["no model 'tester/private' on the Hub, or it is private", LOGIN],
    "no_such_revision": [
        "model.revision: 'tester/tiny' has no revision 'v9'",
        "answered 404",
        "give a branch, a tag or a commit",
    ],
    "gated_model": ["model: 'tester/gated' is gated", "answered 403", "/tester/gated, then", LOGIN],
    "gated_files": ["model: 'tester/gated-files' is gated", "answered 403", LOGIN],
    "pickled_model": [
        "tester/pickled: the weights are pickled only (pytorch_model.bin)",
        "a pickle can run code",
        "convert them with save_pretrained",
    ],
    "adapter_as_model": ["tester/adapter: this repository is an adapter, not a base model"],
    "no_id_of_a_model": ["'tester/not--an--id' is no id of a model", "looks like owner/name"],
    "unavailable_model": [
        "answered 503, and there is no copy of 'tester/unavailable' on this disk",
        "try again",
        "builtin:minilm",
    ],
    "invalid_token": ["the Hub refused 'tester/tiny'", "answered 401", "unset HF_TOKEN"],
    "no_such_data": [
        "data.hub: there is no data set 'tester/missing' on the Hub, or it is private",
        "answered 401",
        LOGIN,
    ],
    "no_such_data_for_a_member": ["no data set 'tester/missing'", "answered 404", LOGIN],
    "private_data": ["no data set 'tester/private' on the Hub, or it is private", LOGIN],
    "gated_data": ["data.hub: 'tester/gated' is gated", "/datasets/tester/gated, then", LOGIN],
    "gated_tables": [
        "data.hub: 'tester/gated-files' is gated",
        "lets in only those who asked",
        LOGIN,
    ],
    "no_such_data_revision": [
        "data.revision: 'tester/reviews' has no revision 'v9'",
        "answered 404",
        "give a branch, a tag or a commit",
    ],
    "no_such_config": [
        "data.config: 'tester/reviews' has no configuration 'sst3'",
        "did you mean 'sst2'?",
    ],
    "no_such_split": [
        "data.test: 'tester/reviews' has no split 'dev'",
        "choose one of: test, train, validation",
    ],
    "unlabelled_split": [
        "10 of 10 rows of split 'test' have no label in 'label' (-1)",
        "test: validation",
    ],
    "script_only": [
        "data.hub: 'tester/script' is built by a Python script, and code from the Hub is not run",
        "refs/convert/parquet",
    ],
    "unavailable_data": [
        "answered 503, and there is no copy of 'tester/unavailable' on this disk",
        "try again",
        "builtin: docs-topics",
    ],
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> LoopbackHub:
    """A Hub, not started yet, where little can be had."""
    folder = tmp_path_factory.mktemp("models")
    tiny = tiny_bert(folder / "tiny")
    pickled, adapter = folder / "pickled", folder / "adapter"
    pickled.mkdir()
    adapter.mkdir()
    (pickled / "config.json").write_text('{"model_type": "bert"}')
    (pickled / "pytorch_model.bin").write_bytes(b"not to be read")
    (adapter / "adapter_config.json").write_text("{}")
    (adapter / "adapter_model.safetensors").write_bytes(b"")
    tables = glue_sst2(40, validation=20, test=10)
    hub = LoopbackHub()
    for name in ("tiny", "gated", "gated-files", "unavailable"):
        hub.add_model(f"tester/{name}", tiny)
    hub.add_model("tester/private", tiny, private=True)
    hub.add_model("tester/pickled", pickled)
    hub.add_model("tester/adapter", adapter)
    for name in ("reviews", "gated", "gated-files", "unavailable"):
        hub.add_dataset(f"tester/{name}", tables)
    hub.add_dataset("tester/private", tables, private=True)
    hub.add_dataset("tester/script", {"script.py": b"raise SystemExit('I ran')"})
    hub.fail(403, "s/tester/gated(/revision|$)", None, code="GatedRepo")
    hub.fail(403, "tester/gated-files/resolve", None, code="GatedRepo")
    hub.fail(503, "tester/unavailable", None)
    return hub


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def outcomes(
    hub: LoopbackHub, work: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Outcome]:
    (work / "reviews.yaml").write_text(RECIPE, encoding="utf-8")
    home = tmp_path_factory.mktemp("home")
    with hub:
        return run("refusals", hub.environment(home, token=None) | {"TESTED_FOLDER": str(work)})


@pytest.mark.parametrize("case", CASES)
def test_a_refusal_names_the_repository_the_answer_and_the_way_out(
    outcomes: dict[str, Outcome], case: str
) -> None:
    outcome = outcomes[case]
    assert "error" not in outcome, outcome
    output = outcome["value"]["output"]
    assert outcome["value"]["code"] == 2, output
    assert [words for words in CASES[case] if words not in output] == []
    assert "Traceback" not in output
    assert len(output.splitlines()) <= 5


@pytest.mark.parametrize("case", CASES)
def test_a_refusal_takes_no_waiting(outcomes: dict[str, Outcome], case: str) -> None:
    assert outcomes[case]["seconds"] < 5


def test_every_step_is_looked_at(outcomes: dict[str, Outcome]) -> None:
    assert outcomes.keys() == CASES.keys()


def test_a_pickle_is_never_asked_for(hub: LoopbackHub, outcomes: dict[str, Outcome]) -> None:
    assert outcomes
    assert hub.unknown == []
    assert [item.path for item in hub.requests if item.path.endswith(".bin")] == []


def test_a_refused_run_leaves_no_folder(outcomes: dict[str, Outcome], work: Path) -> None:
    assert outcomes
    assert not (work / "runs").exists()


# ----------------------------------------------------------------- without a network


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({}, "the Hub at {url} cannot be reached (ConnectError)"),
        ({"HF_HUB_OFFLINE": "1"}, "HF_HUB_OFFLINE is set, so the Hub was not asked"),
    ],
)
def test_a_machine_that_never_saw_the_hub_is_told_what_works(
    tmp_path: Path, settings: dict[str, str], reason: str
) -> None:
    with LoopbackHub() as closed:
        environment = closed.environment(tmp_path / "home", token=None)
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "run", "recipes/sst2-bert-lora.yaml",
         "--runs", str(tmp_path / "runs")],
        env=environment | settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert time.perf_counter() - start < 20
    told = done.stderr.splitlines()
    assert told == [
        "error:",
        f"  model: {reason.format(url=closed.url)}, and there is no copy of"
        " 'google-bert/bert-base-uncased' on this disk",
        "    try again when it can be reached; until then these work: model:"
        " builtin:gpt-docs, builtin:minilm, builtin:t5-docs, a folder that save_pretrained wrote,"
        " and Hub models that were downloaded before",
    ]


@pytest.fixture(scope="module")
def offline(rows_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """A recipe that names a built-in base by its Hub id, where there is no network."""
    folder = tmp_path_factory.mktemp("offline")
    (folder / "twin.yaml").write_text(
        "# Reviews\n"
        "model: sentence-transformers/all-MiniLM-L6-v2\n"
        "task: text-classification\n"
        f"data: {{train: {rows_csv}, test: 0.3}}\n"
        "train: {max_steps: 1, head: random, batch_size: 8}\n"
        "baselines: [majority]\n"
        "evaluation: {resamples: 1000}\n"
        "export: [adapter]\n",
        encoding="utf-8",
    )
    with LoopbackHub() as closed:
        environment = closed.environment(folder / "home", token=None)
    settings = {"HF_HUB_OFFLINE": "1", "TESTED_FOLDER": str(folder), "OMP_NUM_THREADS": "1"}
    return run("offline", {**os.environ, **environment, **settings})


def test_the_hub_id_of_a_builtin_base_is_enough(offline: dict[str, Outcome]) -> None:
    assert offline["fine_tune"]["value"]["code"] == 0, offline["fine_tune"]["value"]["output"]


def test_an_adapter_on_it_answers(offline: dict[str, Outcome]) -> None:
    outcome = offline["answer"]["value"]
    assert outcome["code"] == 0, outcome["output"]
    assert outcome["output"].splitlines()[-1].startswith(("negative\t", "positive\t"))


def test_data_of_the_hub_is_refused_at_once(offline: dict[str, Outcome]) -> None:
    outcome = offline["name_data_of_the_hub"]
    assert outcome["value"]["code"] == 2
    assert outcome["seconds"] < 10
    told = outcome["value"]["output"]
    assert "data.hub: HF_HUB_OFFLINE is set, so the Hub was not asked" in told
    assert "no copy of 'tester/reviews' on this disk" in told
    assert "builtin: docs-topics" in told
