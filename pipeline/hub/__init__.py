"""A model's files from the Hugging Face Hub.

What was downloaded once is used again where the Hub does not answer, and a commit
that is on this disk is not asked for at all.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.contracts import Reporter
from pipeline.errors import HubError, StorageError
from pipeline.hub import replies

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo

TIMEOUT_S = 10
"""Seconds to wait for the Hub's first answer."""

_COMMIT = re.compile("[0-9a-f]{40}")
_NO_SUBFOLDERS = "*/*"


@dataclass(frozen=True)
class _Wanted:
    """Which files of a repository are fetched."""

    files: tuple[str, ...]
    subfolders: bool

    def seen(self, name: str) -> bool:
        """Whether the file lies where anything is looked for."""
        return self.subfolders or "/" not in name

    def fetched(self, name: str) -> bool:
        """Whether the file is."""
        return self.seen(name) and any(fnmatch(name, pattern) for pattern in self.files)


def fetch(
    repo: str,
    revision: str | None,
    *,
    files: Sequence[str],
    check: Callable[[list[str]], None],
    whole: Callable[[Path], bool],
    otherwise: str,
    report: Reporter,
    subfolders: bool = False,
) -> tuple[Path, str]:
    """A model's files in the Hub's own cache.

    Args:
        repo: ``owner/name``.
        revision: branch, tag or commit; None for the newest.
        files: patterns of the files wanted.
        check: given the names of the repository's files, refuses it.
        whole: whether a folder of an earlier download holds all that is needed.
        otherwise: what works without the Hub, as a hint.
        report: for progress, and for a word where the Hub did not answer.
        subfolders: files in subfolders are wanted too, where a pattern fits.

    Returns:
        The folder and its commit.

    Raises:
        HubError: the Hub said no, or did not answer and there is no copy on this disk.
        StorageError: the disk is full, or the cache cannot be written.
    """
    wanted = _Wanted(tuple(files), subfolders)
    if revision and is_commit(revision):
        found = _cached(repo, revision, wanted, whole)
        if found is not None:
            return found, revision
    try:
        return _download(repo, revision, wanted=wanted, check=check, report=report)
    except Exception as error:
        if replies.is_final(error):
            raise replies.refusal(error, kind="model", name=repo, revision=revision) from error
        if not replies.is_trouble(error):
            raise
        why = replies.trouble(error)
        found = _cached(repo, revision, wanted, whole)
        if found is not None:
            report.warn(f"{why}: using the copy of {repo} on this disk, {found.name[:7]}")
            return found, found.name
        raise HubError(
            f"{why}, and there is no copy of '{repo}' on this disk", place="model", hint=otherwise
        ) from error


def cached(
    repo: str, revision: str | None, *, files: Sequence[str], whole: Callable[[Path], bool]
) -> Path | None:
    """The folder of an earlier download that holds all that is needed; the Hub is not asked."""
    return _cached(repo, revision, _Wanted(tuple(files), subfolders=False), whole)


def _cached(
    repo: str, revision: str | None, wanted: _Wanted, whole: Callable[[Path], bool]
) -> Path | None:
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        found = _snapshot(repo, revision, wanted, local_files_only=True)
    except (LocalEntryNotFoundError, HFValidationError):
        return None
    return found if whole(found) else None


def is_commit(revision: str) -> bool:
    """Whether this is a whole commit, which never comes to mean anything else."""
    return _COMMIT.fullmatch(revision) is not None


def _download(
    repo: str,
    revision: str | None,
    *,
    wanted: _Wanted,
    check: Callable[[list[str]], None],
    report: Reporter,
) -> tuple[Path, str]:
    import huggingface_hub

    info = huggingface_hub.HfApi().model_info(
        repo, revision=revision, timeout=TIMEOUT_S, files_metadata=True
    )
    check([name for file in info.siblings or [] if wanted.seen(name := file.rfilename)])
    with _told(), _counted(repo, _megabytes(info, wanted), report) as bar:
        # Not the commit: the cache then learns which one the branch meant.
        folder = _snapshot(repo, revision, wanted, tqdm_class=bar)
    return folder, folder.name


def _snapshot(repo: str, revision: str | None, wanted: _Wanted, **options: Any) -> Path:
    """The same files whether they are fetched or only looked for."""
    import huggingface_hub

    folder = huggingface_hub.snapshot_download(
        repo,
        revision=revision,
        allow_patterns=list(wanted.files),
        ignore_patterns=None if wanted.subfolders else _NO_SUBFOLDERS,
        **options,
    )
    return Path(folder)


# ---------------------------------------------------------------------- telling


def _megabytes(info: ModelInfo, wanted: _Wanted) -> int:
    sizes = [file.size or 0 for file in info.siblings or [] if wanted.fetched(file.rfilename)]
    return max(1, round(sum(sizes) / 1e6))


@contextmanager
def _counted(repo: str, megabytes: int, report: Reporter) -> Iterator[type]:
    """The client's progress bar, told to our reporter and not to the terminal."""
    from huggingface_hub.utils import tqdm

    lock = threading.Lock()
    count = told = 0
    with report.progress(f"downloading {repo}, MB", megabytes) as advance:

        class Counter(tqdm):
            """Counts the bytes that reach the disk; there are other bars for the same bytes."""

            def __init__(self, *arguments: Any, name: str = "", **options: Any) -> None:
                self._counts = name == "huggingface_hub.snapshot_download"
                super().__init__(*arguments, **options | {"disable": True})

            def update(self, n: float | None = 1) -> None:
                nonlocal count, told
                if not self._counts:
                    return
                with lock:
                    count += int(n or 0)
                    if step := count // 1_000_000 - told:
                        told += step
                        advance(step)

        yield Counter


@contextmanager
def _told() -> Iterator[None]:
    """Name the cache where the disk, and not the network, is the matter."""
    from huggingface_hub import constants

    try:
        yield
    except OSError as error:
        if error.errno is None or replies.is_trouble(error):
            raise
        raise StorageError(
            f"the download cannot be written: {error.strerror}",
            place=constants.HF_HUB_CACHE,
            hint="free some space, or set HF_HOME to another folder",
        ) from error
