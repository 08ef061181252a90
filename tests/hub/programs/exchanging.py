"""Steps with huggingface_hub alone: push, tag, download, and everything that goes wrong."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi, hf_hub_download, snapshot_download

from tests.hub.loopback import INVALID_TOKEN, READ_TOKEN
from tests.hub.programs import report

API = HfApi()
FOLDER = Path(tempfile.mkdtemp())
MODEL = "tester/tiny"


def push_twice() -> list[str]:
    (FOLDER / "README.md").write_text("---\nlicense: mit\n---\n# Tiny\n")
    (FOLDER / "config.json").write_text("{}")
    (FOLDER / "model.safetensors").write_bytes(bytes(1000))
    (FOLDER / "plots").mkdir()
    (FOLDER / "plots" / "loss.svg").write_text("<svg/>")
    API.create_repo(MODEL, private=True)
    API.create_repo(MODEL, private=True, exist_ok=True)
    first = API.upload_folder(repo_id=MODEL, folder_path=FOLDER, commit_message="First")
    (FOLDER / "config.json").write_text('{"hidden_size": 32}')
    second = API.upload_folder(repo_id=MODEL, folder_path=FOLDER, commit_message="Second")
    return [first.oid, second.oid]


def push_unchanged() -> str:
    return API.upload_folder(repo_id=MODEL, folder_path=FOLDER).oid


def push_in_parts() -> str:
    API.create_repo("tester/large")
    return API.upload_file(
        repo_id="tester/large",
        path_in_repo="model.safetensors",
        path_or_fileobj=bytes(range(256)) * 800,
    ).oid


def push_after_deleting() -> list[str]:
    API.upload_folder(
        repo_id=MODEL, folder_path=FOLDER, delete_patterns="*.svg", ignore_patterns="*.svg"
    )
    return sorted(API.list_repo_files(MODEL))


def push_on_a_stale_parent() -> None:
    first = API.list_repo_commits(MODEL)[-1].commit_id
    API.upload_file(repo_id=MODEL, path_in_repo="a.txt", path_or_fileobj=b"a", parent_commit=first)


def push_a_bad_card() -> None:
    API.upload_file(
        repo_id=MODEL, path_in_repo="README.md", path_or_fileobj=b"---\nlicense: [mit\n---\n"
    )


def push_with_a_token_that_reads() -> None:
    API.upload_file(repo_id=MODEL, path_in_repo="a.txt", path_or_fileobj=b"a", token=READ_TOKEN)


def create_without_a_token() -> None:
    API.create_repo("tester/other", token=False)


def create_for_somebody_else() -> None:
    API.create_repo("somebody-else/model")


def commit_when_unavailable() -> None:
    API.upload_file(repo_id="tester/uncommitted", path_in_repo="a.txt", path_or_fileobj=b"a")


def tag() -> dict[str, Any]:
    commits = API.list_repo_commits(MODEL)
    first = next(commit for commit in commits if commit.title == "First")
    API.create_tag(MODEL, tag="v1", revision=first.commit_id)
    references = API.list_repo_refs(MODEL)
    return {
        "tags": {tag.name: tag.target_commit for tag in references.tags},
        "config": Path(hf_hub_download(MODEL, "config.json", revision="v1")).read_text(),
    }


def tag_again() -> None:
    API.create_tag(MODEL, tag="v1")


def branch() -> str:
    API.create_branch(MODEL, branch="try/this")
    API.upload_file(repo_id=MODEL, path_in_repo="a.txt", path_or_fileobj=b"a", revision="try/this")
    return Path(hf_hub_download(MODEL, "a.txt", revision="try/this")).read_text()


def snapshot() -> list[str]:
    folder = Path(snapshot_download(MODEL, revision="v1"))
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def information() -> dict[str, Any]:
    info = API.model_info(MODEL, files_metadata=True)
    weights = next(file for file in info.siblings if file.rfilename == "model.safetensors")
    return {"private": info.private, "size": weights.size, "sha256": weights.lfs.sha256}


def download_private_as_a_stranger() -> None:
    # A cache of its own: a file that is cached already is handed out without a token.
    hf_hub_download(MODEL, "config.json", token=False, cache_dir=FOLDER / "stranger")


def download_with_an_invalid_token() -> None:
    hf_hub_download("tester/public", "config.json", token=INVALID_TOKEN)


def download_missing_repository() -> None:
    hf_hub_download("tester/missing", "config.json")


def download_missing_revision() -> None:
    hf_hub_download("tester/public", "config.json", revision="missing")


def download_missing_file() -> None:
    hf_hub_download("tester/public", "missing.json")


def download_gated() -> None:
    hf_hub_download("tester/gated", "config.json")


def download_once_unavailable() -> str:
    return Path(hf_hub_download("tester/flaky", "config.json")).read_text()


def download_unavailable_body() -> None:
    hf_hub_download("tester/unavailable", "config.json")


def _digest(repository: str) -> str:
    return hashlib.sha256(Path(hf_hub_download(repository, "model.bin")).read_bytes()).hexdigest()


def download_cut() -> str:
    return _digest("tester/cut")


def download_reset() -> str:
    return _digest("tester/reset")


def download_reset_again() -> str:
    return _digest("tester/reset")


def list_when_rate_limited() -> list[str]:
    return API.list_repo_files("tester/limited")


STEPS = (
    push_twice,
    push_unchanged,
    push_in_parts,
    tag,
    tag_again,
    branch,
    snapshot,
    information,
    push_after_deleting,
    push_on_a_stale_parent,
    push_a_bad_card,
    push_with_a_token_that_reads,
    create_without_a_token,
    create_for_somebody_else,
    commit_when_unavailable,
    download_private_as_a_stranger,
    download_with_an_invalid_token,
    download_missing_repository,
    download_missing_revision,
    download_missing_file,
    download_gated,
    download_once_unavailable,
    download_unavailable_body,
    download_cut,
    download_reset,
    download_reset_again,
    list_when_rate_limited,
)

if __name__ == "__main__":
    report({step.__name__: step for step in STEPS})
