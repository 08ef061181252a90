"""The real huggingface_hub against the stand-in: one process takes every step, once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub import LoopbackHub
from tests.hub.programs import Outcome, run

MIB = 1024 * 1024
WEIGHTS = b"weights!" * (12 * MIB // 8)
"""More than one of the chunks of 10 MiB in which the client writes what it downloads."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackHub]:
    small = tmp_path_factory.mktemp("small")
    (small / "config.json").write_text("{}")
    large = tmp_path_factory.mktemp("large")
    (large / "model.bin").write_bytes(WEIGHTS)
    with LoopbackHub(part_bytes=64 * 1024) as hub:
        for name in ("public", "gated", "flaky", "unavailable", "limited", "uncommitted"):
            hub.add_model(f"tester/{name}", small)
        for name in ("cut", "reset"):
            hub.add_model(f"tester/{name}", large)
        hub.fail(403, "tester/gated", None, code="GatedRepo")
        hub.fail(503, "tester/flaky")
        hub.fail(503, "tester/unavailable", None, method="GET")
        hub.fail(503, "tester/uncommitted/commit")
        hub.fail(429, "tester/limited", retry_after=0)
        hub.cut_after(11 * MIB, "tester/cut")
        hub.cut_after(11 * MIB, "tester/reset", reset=True)
        yield hub


@pytest.fixture(scope="module")
def outcomes(hub: LoopbackHub, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    return run("exchanging", hub.environment(tmp_path_factory.mktemp("home")))


def asked(hub: LoopbackHub, path: str) -> list[tuple[str, int]]:
    return [(request.method, request.status) for request in hub.requests if path in request.path]


# ----------------------------------------------------------------------- pushing


def test_a_pushed_folder_arrives_and_each_push_is_a_commit(
    hub: LoopbackHub, outcomes: dict[str, Outcome]
) -> None:
    first, second = outcomes["push_twice"]["value"]
    before = hub.files("tester/tiny", revision=first)
    assert before.keys() == {
        ".gitattributes", "README.md", "config.json", "model.safetensors", "plots/loss.svg",
    }  # fmt: skip
    assert before["model.safetensors"] == bytes(1000)
    after = hub.files("tester/tiny", revision=second)
    assert after == before | {"config.json": b'{"hidden_size": 32}'}


def test_an_unchanged_push_makes_no_commit(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["push_unchanged"]["value"] == outcomes["push_twice"]["value"][1]


def test_a_large_file_is_sent_in_parts_and_joined(
    hub: LoopbackHub, outcomes: dict[str, Outcome]
) -> None:
    content = bytes(range(256)) * 800
    commit = outcomes["push_in_parts"]["value"]
    assert hub.files("tester/large", revision=commit)["model.safetensors"] == content
    oid = hashlib.sha256(content).hexdigest()
    assert asked(hub, f"/lfs/objects/{oid}") == [("PUT", 200)] * 4 + [("POST", 200)]


def test_files_can_be_deleted_by_pattern(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["push_after_deleting"]["value"] == [
        ".gitattributes", "README.md", "config.json", "model.safetensors",
    ]  # fmt: skip


def test_a_tag_keeps_what_it_named(outcomes: dict[str, Outcome]) -> None:
    first = outcomes["push_twice"]["value"][0]
    assert outcomes["tag"]["value"] == {"tags": {"v1": first}, "config": "{}"}
    assert "plots/loss.svg" in outcomes["snapshot"]["value"]


def test_a_branch_may_hold_a_slash(hub: LoopbackHub, outcomes: dict[str, Outcome]) -> None:
    assert outcomes["branch"]["value"] == "a"
    assert "a.txt" not in hub.files("tester/tiny")


def test_information_tells_size_and_hash(outcomes: dict[str, Outcome]) -> None:
    sha256 = hashlib.sha256(bytes(1000)).hexdigest()
    assert outcomes["information"]["value"] == {"private": True, "size": 1000, "sha256": sha256}


@pytest.mark.parametrize(
    ("step", "error", "words"),
    [
        ("tag_again", "HfHubHTTPError", "409 Conflict"),
        ("push_on_a_stale_parent", "HfHubHTTPError", "A commit has happened since"),
        ("push_a_bad_card", "ValueError", "Invalid metadata in README.md"),
        ("push_with_a_token_that_reads", "HfHubHTTPError", "403 Forbidden"),
        ("create_without_a_token", "HfHubHTTPError", "401 Unauthorized"),
        ("create_for_somebody_else", "HfHubHTTPError", "under the namespace somebody-else"),
        ("commit_when_unavailable", "HfHubHTTPError", "503 Service Unavailable"),
        ("download_private_as_a_stranger", "RepositoryNotFoundError", "401 Client Error"),
        ("download_with_an_invalid_token", "HfHubHTTPError", "Invalid credentials"),
        ("download_missing_repository", "RepositoryNotFoundError", "404 Client Error"),
        ("download_missing_revision", "RevisionNotFoundError", "404 Client Error"),
        ("download_missing_file", "RemoteEntryNotFoundError", "404 Client Error"),
        ("download_gated", "GatedRepoError", "403 Client Error"),
        ("download_unavailable_body", "HfHubHTTPError", "503 Service Unavailable"),
    ],
)
def test_a_refusal_becomes_the_clients_own_error_at_once(
    outcomes: dict[str, Outcome], step: str, error: str, words: str
) -> None:
    assert outcomes[step]["error"] == error
    assert words in outcomes[step]["message"]
    assert outcomes[step]["seconds"] < 1


# ------------------------------------------------------------------ bad weather


def test_a_download_survives_one_503(hub: LoopbackHub, outcomes: dict[str, Outcome]) -> None:
    assert outcomes["download_once_unavailable"]["value"] == "{}"
    assert asked(hub, "tester/flaky") == [("HEAD", 503), ("HEAD", 200), ("GET", 200)]


def test_a_download_cut_short_goes_on_where_it_stopped(
    hub: LoopbackHub, outcomes: dict[str, Outcome]
) -> None:
    assert outcomes["download_cut"]["value"] == hashlib.sha256(WEIGHTS).hexdigest()
    resumed = [request for request in hub.requests if request.status == 206]
    assert [(request.path, request.headers["range"]) for request in resumed] == [
        ("/tester/cut/resolve/main/model.bin", f"bytes={10 * MIB}-")
    ]


def test_a_download_reset_fails_and_works_when_asked_again(outcomes: dict[str, Outcome]) -> None:
    assert outcomes["download_reset"]["error"] == "ReadError"
    assert outcomes["download_reset_again"]["value"] == hashlib.sha256(WEIGHTS).hexdigest()


def test_a_rate_limit_is_waited_for(hub: LoopbackHub, outcomes: dict[str, Outcome]) -> None:
    assert outcomes["list_when_rate_limited"]["value"] == ["config.json"]
    assert asked(hub, "tester/limited") == [("GET", 429), ("GET", 200)]


def test_the_client_asks_nothing_that_has_no_route(
    hub: LoopbackHub, outcomes: dict[str, Outcome]
) -> None:
    assert len(outcomes) == 27
    assert hub.unknown == []


def test_the_clients_keep_to_the_home_they_are_given(
    hub: LoopbackHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("TRANSFORMERS_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    monkeypatch.setenv("HF_TOKEN", "hf_of_a_real_person")
    environment = hub.environment(tmp_path, token=None)
    assert {key: value for key, value in environment.items() if key.startswith("HF_")} == {
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(tmp_path),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    assert "TRANSFORMERS_OFFLINE" not in environment
