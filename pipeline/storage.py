"""Files that appear whole or not at all, and the folder of a run.

Whatever Graft writes is written aside and renamed into place, so that a full
disk, a signal or a crash never leaves half a file under its final name.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from pipeline.errors import ModelError, StorageError

_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space, or set another folder with --runs"),
    errno.EDQUOT: ("the disk quota is used up", "free some space, or set another folder"),
    errno.EACCES: ("permission denied", "set another folder with --runs, or change its rights"),
    errno.EPERM: ("permission denied", "set another folder with --runs, or change its rights"),
    errno.EROFS: ("the file system is read-only", "set another folder with --runs"),
    errno.ENOTDIR: ("a file stands where a folder is needed", "set another folder with --runs"),
    errno.EISDIR: ("a folder stands where a file is needed", "choose another name"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
    errno.EFBIG: ("the file is larger than is allowed here", "raise the limit (ulimit -f)"),
    errno.EEXIST: ("a file stands where a folder is needed", "set another folder with --runs"),
}


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into a message that names the path.

    Raises:
        StorageError: full, read-only, no permission.
    """
    try:
        yield
    except Exception as error:
        number = _errno(error)
        if number not in _REASONS:
            raise
        reason, hint = _REASONS[number]
        raise StorageError(f"cannot write: {reason}", place=str(path), hint=hint) from error


def _errno(error: Exception) -> int | None:
    if isinstance(error, OSError):
        return error.errno
    # safetensors is written in Rust and passes on what the system said as words only.
    found = re.search(r"\(os error (\d+)\)", str(error))
    return int(found[1]) if found else None


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file aside, flush it to the disk and rename it into place."""
    part = _aside(path)
    with told(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text as ``write_bytes`` does."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: Any) -> None:
    """Write JSON with a final newline; NaN is refused, since it is not JSON."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to fill; it takes the place of ``path`` only when the block ends well."""
    part = _aside(path)
    with told(path):
        try:
            part.mkdir(parents=True)
            yield part
            if path.exists():
                old = _aside(path)
                path.rename(old)
                part.rename(path)
                shutil.rmtree(old)
            else:
                part.rename(path)
        finally:
            shutil.rmtree(part, ignore_errors=True)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, bit by bit; it is there only when the block ends well."""
    part = _aside(path)
    with told(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def new_text(path: Path) -> Iterator[TextIO]:
    """A file to write UTF-8 text to, as ``new_file`` does; line ends stay as they are."""
    with new_file(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        yield text
        text.flush()
        text.detach()


def size_bytes(path: Path) -> int:
    """Bytes of all files under a folder, links followed."""
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def create_run(runs: Path, recipe: str, *, prefix: str = "") -> Path:
    """``runs/<recipe>/<date-time>``, new and writable; ``prefix`` goes before the date.

    Raises:
        StorageError: the folder cannot be made.
    """
    stamp = prefix + time.strftime("%Y%m%d-%H%M%S")
    parent = runs / recipe
    with told(parent):
        parent.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, 1000):
            run = parent / (stamp if attempt == 1 else f"{stamp}-{attempt}")
            try:
                run.mkdir()
            except FileExistsError:
                continue
            return run
    raise StorageError("cannot find a free name for the run", place=str(parent))


def point_latest(run: Path) -> None:
    """Let ``latest`` beside the run point at it."""
    link = run.parent / "latest"
    part = _aside(link)
    with told(link):
        try:
            part.symlink_to(run.name)
            part.replace(link)
        finally:
            part.unlink(missing_ok=True)


def is_finished(run: Path) -> bool:
    """A run is finished when its result has been written."""
    return (run / "result.json").is_file()


def unfinished_runs(runs: Path, recipe: str) -> list[Path]:
    """Runs of a recipe that did not finish, newest first."""
    parent = runs / recipe
    if not parent.is_dir():
        return []
    found = [run for run in parent.iterdir() if run.is_dir() and not run.is_symlink()]
    found = [run for run in found if not is_finished(run) and (run / "recipe.yaml").is_file()]
    return sorted(found, key=lambda run: run.name, reverse=True)


def read_json(path: Path) -> Any:
    """Read JSON that Graft wrote.

    Raises:
        ModelError: the file is missing or damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError("this file is missing", place=str(path)) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"this file is damaged: {error}", place=str(path)) from None
