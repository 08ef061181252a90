"""What the Hub refuses of a push, and what is cut, ends with words, and goes on when repeated."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.runner import Finished
from tests.hub import LoopbackHub
from tests.hub.loopback import WRITE_TOKEN
from tests.hub.messages import Request
from tests.hub.programs import ROOT, Outcome, output, run

PART = 32 * 1024
TRIES = 6
"""How often the client sends a part before it gives up."""

REFUSALS = {
    "without_a_token": ["there is no token to push to tester/new with", "hf auth login"],
    "with_a_token_that_reads": ["this token may only read", "hf auth login"],
    "with_an_invalid_token": ["does not accept this token", "401", "unset HF_TOKEN"],
    "for_somebody_else": ["tester cannot make one for testre", "did you mean 'tester'?"],
    "into_somebody_elses": ["may not write to somebody/theirs", "403"],
    "into_a_public_one": ["tester/open is public: everybody could read", "--public"],
    "answered_401": ["does not accept this token", "401"],
    "answered_403": ["may not write to tester/answers-403", "403"],
    "answered_404": ["tester/answers-404 is not there any more", "404"],
    "answered_409": ["somebody changed tester/answers-409", "409", "push again"],
    "answered_412": ["somebody changed tester/answers-412", "412", "push again"],
    "down_for_good": ["answered 500", "files that arrived are not sent again"],
    "busy_for_good": ["answered 429", "files that arrived are not sent again"],
}


@pytest.fixture(scope="module")
def runs(finished_run: Finished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copies of a run, each with a base that no other has, so that no other push brought it."""
    folder = tmp_path_factory.mktemp("runs")
    for name in ("plain", "cut", "torn"):
        shutil.copytree(finished_run.folder, folder / name)
        weights = _weights(folder / name)
        content = bytearray(weights.read_bytes())
        content[-1] ^= len(name)
        weights.write_bytes(content)
        _as_if_proven(folder / name, weights)
    return folder


def _as_if_proven(run: Path, file: Path) -> None:
    """Let the run's result say of a file of the export what is in it."""
    result = run / "result.json"
    found = json.loads(result.read_text("utf-8"))
    name = file.relative_to(run / "adapter").as_posix()
    found["exports"][0]["sha256"][name] = _oid(file.read_bytes())
    result.write_text(json.dumps(found), encoding="utf-8")


def _weights(run: Path) -> Path:
    return run / "adapter" / "base" / "model.safetensors"


def _oid(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module")
def hub(runs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackHub]:
    empty = tmp_path_factory.mktemp("empty")
    with LoopbackHub(part_bytes=PART) as hub:
        hub.add_model("tester/open", empty)
        hub.add_model("somebody/theirs", empty)
        for code in (401, 403, 409, 412):
            hub.fail(code, f"tester/answers-{code}/commit", None)
        hub.fail(404, "tester/answers-404/preupload", None, code="RepoNotFound")
        hub.fail(503, "tester/stumbles/commit", 2)
        hub.fail(500, "tester/down/commit", None)
        hub.fail(429, "tester/busy/commit", None)
        for name, times in (("cut", 1), ("torn", TRIES)):
            part = f"{_oid(_weights(runs / name).read_bytes())}/parts/2"
            hub.cut_upload_after(PART // 2, part, times)
        yield hub


@pytest.fixture(scope="module")
def outcomes(
    hub: LoopbackHub, runs: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Outcome]:
    home = tmp_path_factory.mktemp("home")
    return run("push_refusals", hub.environment(home) | {"TESTED_FOLDER": str(runs)})


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_says_what_the_hub_said_and_what_to_do(
    outcomes: dict[str, Outcome], case: str
) -> None:
    said = output(outcomes, case, code=2)
    assert [words for words in REFUSALS[case] if words not in said] == []
    assert WRITE_TOKEN not in said
    assert outcomes[case]["seconds"] < 30
    assert outcomes[case]["value"].get("waited", 0) <= 10


def test_a_hub_that_stumbles_is_asked_again(hub: LoopbackHub, outcomes: dict[str, Outcome]) -> None:
    output(outcomes, "stumbled_twice")
    assert outcomes["stumbled_twice"]["value"]["waited"] == 3
    assert "adapter_model.safetensors" in hub.files("tester/stumbles")


def test_an_upload_cut_in_the_middle_of_a_file_goes_on(
    hub: LoopbackHub, outcomes: dict[str, Outcome]
) -> None:
    output(outcomes, "cut_once")
    content = hub.files("tester/cut")["base/model.safetensors"]
    oid = _oid(content)
    parts = [item.path.rpartition("/")[2] for item in _sent(hub, oid) if "/parts/" in item.path]
    assert parts[:4] == ["1", "2", "2", "3"]
    assert len(parts) == -(-len(content) // PART) + 1


def test_a_push_that_was_cut_sends_again_only_what_did_not_arrive(
    hub: LoopbackHub, outcomes: dict[str, Outcome]
) -> None:
    said = output(outcomes, "cut_too_often", code=2)
    assert "cannot be reached" in said
    assert "files that arrived are not sent again" in said
    assert outcomes["cut_too_often"]["value"]["waited"] <= 30
    output(outcomes, "cut_and_pushed_again")
    files = hub.files("tester/torn")
    # The adapter itself is that of the first push, and went there once.
    adapter = _oid(files["adapter_model.safetensors"])
    assert len([item for item in _sent(hub, adapter) if item.status == 200]) == 1
    assert len(hub.repository("tester/torn").commits) == 2


def _sent(hub: LoopbackHub, oid: str) -> list[Request]:
    return [item for item in hub.requests if item.method == "PUT" and oid in item.path]


# ---------------------------------------------------------------------------- without a network


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({}, "the Hub at {url} cannot be reached (ConnectError); the repository is as it was"),
        ({"HF_HUB_OFFLINE": "1"}, "HF_HUB_OFFLINE is set, so the Hub was not asked"),
    ],
)
def test_without_a_network_it_is_said_at_once(
    runs: Path, tmp_path: Path, settings: dict[str, str], reason: str
) -> None:
    with LoopbackHub() as closed:
        environment = closed.environment(tmp_path / "home")
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "push", str(runs / "plain"), "--repo", "tester/new"],
        env=environment | settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert reason.format(url=closed.url) in done.stderr
    assert "Traceback" not in done.stderr
    assert time.perf_counter() - start < 20
