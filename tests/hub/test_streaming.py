"""``data: {hub: ..., streaming: true}``, by the real client against the stand-in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.hub import LoopbackHub
from tests.hub.fixtures import tiny_bert
from tests.hub.messages import Request
from tests.hub.programs import Outcome, output, run
from tests.hub.reviews import reviews
from tests.hub.tables import UNNAMED, DataSet, Table

NAME, REVISION = "tester/reviews", "bcdcba79d07bc864c1c254ccfcedcce55bcc9a8c"
TRAIN, TEST = 400, 60

Seen = tuple[dict[str, Outcome], list[Request], Path]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    import datasets

    folder = tmp_path_factory.mktemp("world")
    rows = [{"text": text, "label": label} for text, label in reviews(TRAIN + TEST)]
    features = {"text": "string", "label": datasets.ClassLabel(names=["bad", "good"])}
    table = Table(features, {"train": rows[:TRAIN], "test": rows[TRAIN:]})
    recipe = folder / "reviews.yaml"
    recipe.write_text(
        "# Are reviews good or bad?\n"
        f"model: {tiny_bert(folder / 'tiny')}\n"
        "task: text-classification\n"
        f"data: {{hub: {NAME}, revision: {REVISION}, streaming: true}}\n"
        "train: {epochs: 1, batch_size: 32}\n"
        "baselines: [majority, {name: tfidf, hash_rows: 100}]\n"
        "evaluation: {resamples: 1000}\n"
        "export: [adapter]\n",
        encoding="utf-8",
    )
    with LoopbackHub() as hub:
        hub.add_dataset(NAME, DataSet({"default": table}, path=UNNAMED).files(), revision=REVISION)
        settings = {"TESTED_RECIPE": str(recipe), "OMP_NUM_THREADS": "1"}
        outcomes = run("streaming", hub.environment(folder / "home") | settings)
        assert not hub.unknown
        return outcomes, hub.requests, folder


def _read(folder: Path, runs: str, name: str) -> Any:
    return json.loads((folder / "runs" / runs / "reviews/latest" / name).read_text("utf-8"))


def test_a_recipe_comes_to_its_verdict(seen: Seen) -> None:
    outcomes, _, folder = seen
    said = output(outcomes, "streamed")
    result, lock = (_read(folder, "seed=1", name) for name in ("result.json", "lock.json"))
    assert result["verdict"]["sentence"] in said
    assert {one["name"] for one in result["contenders"]} == {"lora", "majority", "tfidf"}
    assert all(one["proved"] for one in result["exports"])
    assert lock["data"] == {"hub": {"id": NAME, "config": None, "revision": REVISION}}


def test_classes_have_their_names_and_all_rows_are_there(seen: Seen) -> None:
    data = _read(seen[2], "seed=1", "result.json")["data"]
    assert data["labels"] == ["bad", "good"]
    rows = data["rows"]
    assert rows["test"] == TEST
    assert rows["train"] + rows["validation"] == TRAIN
    assert 0.08 < rows["validation"] / TRAIN < 0.22


def test_a_limit_keeps_the_first_training_rows(seen: Seen) -> None:
    output(seen[0], "limited")
    rows = _read(seen[2], "seed=2", "result.json")["data"]["rows"]
    assert rows["train"] == 80
    assert rows["test"] == TEST
    assert 0 < rows["validation"] < 40


def test_files_are_read_in_parts_and_never_fetched_whole(seen: Seen) -> None:
    asked = [
        request for request in seen[1]
        if request.method == "GET" and "/resolve/" in request.path
        and request.path.endswith(".parquet")
    ]  # fmt: skip
    assert asked
    assert all("range" in request.headers for request in asked)
    cache = seen[2] / "home"
    assert not [path for path in cache.rglob("*") if path.suffix in (".arrow", ".parquet")]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("no_such_split", f"'{NAME}' has no split 'dev'"),
        ("no_such_data", "no data set 'tester/missing' on the Hub"),
    ],
)
def test_refusals_are_those_of_a_whole_data_set(seen: Seen, step: str, expected: str) -> None:
    assert expected in output(seen[0], step, code=2)
