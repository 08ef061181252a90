"""What is fetched, what is told meanwhile, and what a full disk or a changed branch does."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub import constants
from huggingface_hub.hf_api import RepoSibling

from pipeline import hub
from pipeline.contracts import Silent
from pipeline.errors import HubError, StorageError

MEGABYTE = 1_000_000
FILES = ("*.json", "model.safetensors")


class Listening(Silent):
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.titles: list[tuple[str, int | None]] = []
        self.steps: list[int] = []

    @contextmanager
    def progress(self, title: str, total: int | None) -> Iterator[Callable[[int], None]]:
        self.titles.append((title, total))
        yield self.steps.append


class Info:
    """What the Hub says of a repository."""

    siblings: Sequence[RepoSibling] = (
        RepoSibling("config.json", size=500),
        RepoSibling("model.safetensors", size=3 * MEGABYTE),
        RepoSibling("pytorch_model.bin", size=900 * MEGABYTE),
        RepoSibling("onnx/config.json", size=900 * MEGABYTE),
    )


def _fetch(report: Silent) -> tuple[Path, str]:
    return hub.fetch(
        "owner/name",
        None,
        files=FILES,
        check=lambda names: None,
        whole=lambda folder: True,
        otherwise="this instead",
        report=report,
    )


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., str]], None]:
    """Let a function stand for the client's download."""

    def install(download: Callable[..., str]) -> None:
        monkeypatch.setattr(huggingface_hub.HfApi, "model_info", lambda *_, **__: Info())
        monkeypatch.setattr(huggingface_hub, "snapshot_download", download)

    return install


def test_progress_counts_the_bytes_that_reach_the_disk_once(
    answering: Callable[[Callable[..., str]], None],
) -> None:
    def download(repo: str, *, tqdm_class: type, **_: Any) -> str:
        written = tqdm_class(name="huggingface_hub.snapshot_download", total=3 * MEGABYTE)
        received = tqdm_class(name="huggingface_hub.snapshot_download.transfer")
        files = tqdm_class(total=2)
        for _number in range(6):
            received.update(MEGABYTE // 2)
            written.update(MEGABYTE // 2)
        files.update(2)
        return "/cache/commit"

    answering(download)
    report = Listening()
    assert _fetch(report) == (Path("/cache/commit"), "commit")
    assert report.titles == [("downloading owner/name, MB", 3)]
    assert report.steps == [1, 1, 1]


def test_a_full_disk_is_named_and_not_taken_for_a_network(
    answering: Callable[[Callable[..., str]], None],
) -> None:
    def download(repo: str, **_: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    answering(download)
    with pytest.raises(StorageError, match="No space left on device") as caught:
        _fetch(Silent())
    assert caught.value.problems[0].place == constants.HF_HUB_CACHE
    assert "HF_HOME" in caught.value.problems[0].hint


@pytest.mark.parametrize("error", [ConnectionResetError("reset"), TimeoutError("slow")])
def test_a_broken_connection_is_no_traceback(
    answering: Callable[[Callable[..., str]], None], error: OSError
) -> None:
    def download(repo: str, *, local_files_only: bool = False, **_: Any) -> str:
        if local_files_only:
            raise huggingface_hub.errors.LocalEntryNotFoundError("not here")
        raise error

    answering(download)
    with pytest.raises(HubError, match=f"cannot be reached \\({type(error).__name__}\\)") as caught:
        _fetch(Silent())
    assert caught.value.problems[0].hint == "this instead"


def test_a_mistake_of_ours_is_not_blamed_on_the_network(
    answering: Callable[[Callable[..., str]], None],
) -> None:
    def download(repo: str, **_: Any) -> str:
        raise KeyError("ours")

    answering(download)
    with pytest.raises(KeyError):
        _fetch(Silent())


@pytest.mark.parametrize(
    ("revision", "expected"),
    [
        ("main", False),
        ("v1.0", False),
        ("86b5e09", False),
        ("8" * 40, True),
        (f"{'8' * 40}x", False),
    ],
)
def test_only_a_whole_commit_never_changes(revision: str, expected: bool) -> None:
    assert hub.is_commit(revision) is expected
