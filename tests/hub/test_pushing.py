"""From a run to the Hub and back, with the real client: one process takes every step, once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import ModelCard

from pipeline.runner import Finished
from tests.hub import LoopbackHub
from tests.hub.fixtures import tiny_bert
from tests.hub.loopback import WRITE_TOKEN
from tests.hub.programs import Outcome, output, run

RECIPE = """\
# Reviews
model: google-bert/bert-base-uncased
task: text-classification
data: {{train: {rows}, test: 0.3, columns: {{text: review, label: verdict}}}}
train: {{epochs: 1, batch_size: 8}}
baselines: [majority]
evaluation: {{resamples: 1000}}
export: [adapter, merged]
hub: {{repo: tester/reviews, license: mit}}
"""
REPO = "tester/reviews"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackHub]:
    folder = tmp_path_factory.mktemp("models")
    pickled, adapter = folder / "pickled", folder / "adapter"
    adapter.mkdir()
    (adapter / "adapter_config.json").write_text('{"task_type": "SEQ_CLS"}')
    (adapter / "adapter_model.bin").write_bytes(b"not to be read")
    pickled.mkdir()
    (pickled / "graft.json").write_text("{}")
    (pickled / "config.json").write_text('{"model_type": "bert"}')
    (pickled / "pytorch_model.bin").write_bytes(b"not to be read")
    with LoopbackHub() as hub:
        hub.add_model("google-bert/bert-base-uncased", tiny_bert(folder / "bert", seed=1))
        hub.add_model("tester/pickled", pickled)
        hub.add_model("tester/pickled-adapter", adapter)
        yield hub


@pytest.fixture(scope="module")
def outcomes(
    hub: LoopbackHub,
    rows_csv: Path,
    finished_run: Finished,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Outcome]:
    folder = tmp_path_factory.mktemp("work")
    own = folder / "own.csv"
    rows = rows_csv.read_text(encoding="utf-8")
    own.write_text(rows.replace("text,label", "review,verdict", 1), encoding="utf-8")
    (folder / "reviews.yaml").write_text(RECIPE.format(rows=own), encoding="utf-8")
    settings = {
        "TESTED_FOLDER": str(folder),
        "TESTED_RUN": str(finished_run.folder),
        "TESTED_ROWS": str(rows_csv),
        "TESTED_OWN_ROWS": str(own),
        "OMP_NUM_THREADS": "1",
    }
    return run("pushing", hub.environment(tmp_path_factory.mktemp("home")) | settings)


# -------------------------------------------------------------------------------- pushing


def test_a_run_that_will_be_pushed_asks_for_a_token_first(outcomes: dict[str, Outcome]) -> None:
    said = output(outcomes, "no_token_before_training", code=2)
    assert "hub.repo: there is no token to push to tester/reviews with" in said
    assert "hf auth login" in said
    assert "Base model and data" not in said
    for step in ("check", "fine_tune"):
        assert f"the private repository {REPO} can be made" in output(outcomes, step)


def test_nothing_leaves_unless_somebody_says_yes(outcomes: dict[str, Outcome]) -> None:
    said = output(outcomes, "push_unasked", code=2)
    assert "tester/reviews (private, to be made)" in said
    assert "nothing was uploaded" in said
    assert re.search(r"adapter_model\.safetensors +0\.\d+ +new", said)


def test_the_export_arrives_private_tagged_and_nothing_else(
    hub: LoopbackHub, outcomes: dict[str, Outcome]
) -> None:
    said = output(outcomes, "push")
    repository = hub.repository(REPO)
    tag = next(iter(repository.tags))
    assert f"tag:         {tag}" in said
    assert repository.private
    first = hub.files(REPO, revision=tag)
    assert first.keys() == {
        ".gitattributes", "README.md", "adapter_config.json", "adapter_model.safetensors",
        "graft.json", "tokenizer.json", "tokenizer_config.json",
    }  # fmt: skip
    assert re.fullmatch(r"\d{8}-\d{6}", tag)


def test_what_arrived_names_no_token_and_no_place(
    hub: LoopbackHub, outcomes: dict[str, Outcome], finished_run: Finished
) -> None:
    output(outcomes, "push")
    here = [WRITE_TOKEN, str(finished_run.folder.parent.parent), str(Path.home()) + "/", "/tmp/"]  # noqa: S108
    for name in (REPO, "tester/whole", "tester/local"):
        for path, content in hub.files(name).items():
            assert not [word for word in here if word.encode() in content], (name, path)


def test_the_card_names_licence_base_and_scores_with_their_interval(
    hub: LoopbackHub, outcomes: dict[str, Outcome]
) -> None:
    output(outcomes, "push")
    card = hub.files(REPO)["README.md"].decode()
    data = ModelCard(card, ignore_metadata_errors=False).data
    assert (data.license, data.base_model) == ("mit", "google-bert/bert-base-uncased")
    assert data.library_name == "peft"
    low, high = data.eval_results[0].metric_args["interval"]
    assert low <= data.eval_results[0].metric_value <= high
    assert f"graft predict hub:{REPO}" in card
    assert f'snapshot_download("{REPO}")' in card


def test_the_names_of_the_columns_travel_along_and_no_file_s(
    hub: LoopbackHub, outcomes: dict[str, Outcome]
) -> None:
    """With them, what was pushed reads the run's own file: see the answers below."""
    output(outcomes, "push")
    facts = hub.files(REPO)["graft.json"]
    assert json.loads(facts)["columns"] == {"text": "review"}
    assert b"own.csv" not in facts


def test_pushing_again_says_that_nothing_changed(
    hub: LoopbackHub, outcomes: dict[str, Outcome]
) -> None:
    said = output(outcomes, "push_unchanged")
    assert f"{REPO} holds exactly this already: nothing was uploaded" in said
    # The first, the push, and the one with a changed card.
    assert len(hub.repository(REPO).commits) == 3


def test_only_what_changed_is_sent_and_a_tag_is_never_moved(
    hub: LoopbackHub, outcomes: dict[str, Outcome]
) -> None:
    said = output(outcomes, "push_changed")
    assert re.search(r"README\.md +\S+ +changed", said)
    assert re.search(r"adapter_model\.safetensors +\S+ +as it is", said)
    first, second = hub.repository(REPO).tags
    assert second == f"{first}-2"
    assert b"A word of mine." not in hub.files(REPO, revision=first)["README.md"]
    assert b"A word of mine." in hub.files(REPO, revision=second)["README.md"]


def test_another_export_takes_the_place_of_the_first(
    hub: LoopbackHub, outcomes: dict[str, Outcome]
) -> None:
    said = output(outcomes, "push_merged_over_the_adapter")
    assert re.search(r"adapter_config\.json +\S+ +removed", said)
    files = hub.files("tester/turned")
    assert "model.safetensors" in files
    assert not {"adapter_config.json", "adapter_model.safetensors"} & files.keys()


def test_public_is_said_aloud(hub: LoopbackHub, outcomes: dict[str, Outcome]) -> None:
    said = output(outcomes, "push_local")
    assert "tester/local (PUBLIC, to be made)" in said
    assert not hub.repository("tester/local").private
    assert "base/model.safetensors" in hub.files("tester/local")


# ------------------------------------------------------------------------------ and back


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("predict_from_the_hub", "predict_from_the_run"),
        ("predict_from_the_tag", "predict_from_the_run"),
        ("predict_from_the_whole", "predict_from_the_run"),
        ("predict_with_the_base_inside", "predict_from_the_local_run"),
    ],
)
def test_what_was_pushed_answers_as_the_run(
    outcomes: dict[str, Outcome], there: str, here: str
) -> None:
    output(outcomes, there)
    found, expected = (outcomes[step]["value"]["answers"] for step in (there, here))
    assert len(expected) == 60
    assert [row["label"] for row in found] == [row["label"] for row in expected]
    scores = [[row["score"] for row in rows] for rows in (found, expected)]
    assert scores[0] == pytest.approx(scores[1], abs=1e-4)


def test_the_cards_snippet_runs_as_it_stands(outcomes: dict[str, Outcome]) -> None:
    said = outcomes["the_snippet_as_it_stands"]["value"]
    assert len(said) == 3
    for repo, text in said.items():
        assert re.search("negative|positive", text), (repo, text)


def test_plain_libraries_load_it_by_its_name(outcomes: dict[str, Outcome]) -> None:
    found = outcomes["plain_peft_and_transformers"]
    assert "error" not in found, found
    adapter, whole = (found["value"][repo] for repo in (REPO, "tester/whole"))
    assert adapter[0] == pytest.approx(whole[0], abs=1e-4)


# ------------------------------------------------------------------- going on from an adapter


def test_a_recipe_begins_with_the_function_of_base_and_adapter(
    hub: LoopbackHub, outcomes: dict[str, Outcome]
) -> None:
    """A step too small to change anything: the head is kept and the answers are the adapter's."""
    output(outcomes, "begin_from_the_hub")
    result = outcomes["begin_from_the_hub"]["value"]["result"]
    made_of = result["model"]["made_of"]
    assert made_of["base"]["hub_id"] == "google-bert/bert-base-uncased"
    assert made_of["adapter"]["name"] == REPO
    assert made_of["adapter"]["revision"] in hub.repository(REPO).commits
    output(outcomes, "predict_with_what_was_begun")
    found, expected = (
        outcomes[step]["value"]["answers"]
        for step in ("predict_with_what_was_begun", "predict_from_the_run")
    )
    scores = [[row["score"] for row in rows] for rows in (found, expected)]
    assert scores[0] == pytest.approx(scores[1], abs=1e-4)


def test_the_card_of_what_was_begun_names_base_and_adapter(
    hub: LoopbackHub, outcomes: dict[str, Outcome]
) -> None:
    output(outcomes, "push_what_was_begun")
    card = hub.files("tester/begun")["README.md"].decode()
    data = ModelCard(card, ignore_metadata_errors=False).data
    assert data.base_model == ["google-bert/bert-base-uncased", REPO]
    assert f"begun with the adapter [{REPO}](https://huggingface.co/{REPO}) folded in" in card


# ------------------------------------------------------------------------ what is not there


REFUSALS = {
    "private_said_to_be_public": ["is private, and a push does not change that"],
    "private_as_a_stranger": ["no model 'tester/reviews' on the Hub, or it is private", "401"],
    "no_such_revision": ["'tester/reviews' has no revision 'v9'", "404"],
    "not_pushed_by_graft": ["there is no graft.json in this repository"],
    "pickled_on_the_hub": ["the weights are pickled only", "a pickle can run code"],
    "begin_from_another_base": ["local: this adapter was made for", "not for google-bert/bert-"],
    "begin_from_a_whole_model": ["tester/whole: this is a whole model, not an adapter"],
    "begin_from_a_pickle": ["tester/pickled-adapter: the weights are pickled only"],
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_used_is_said(outcomes: dict[str, Outcome], case: str) -> None:
    said = output(outcomes, case, code=2)
    assert [words for words in REFUSALS[case] if words not in said] == []


def test_nothing_is_asked_that_has_no_route(hub: LoopbackHub, outcomes: dict[str, Outcome]) -> None:
    assert outcomes
    assert [request.path for request in hub.unknown] == []
    assert [item.path for item in hub.requests if item.path.endswith(".bin")] == []
