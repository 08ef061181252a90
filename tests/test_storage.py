from __future__ import annotations

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline import storage
from pipeline.errors import ModelError, StorageError


@contextmanager
def files_no_larger_than(limit: int) -> Iterator[None]:
    """What a full disk does to a file, for real: writing stops in the middle of it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fail(number: int) -> Any:
    def raising(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    return raising


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk quota is used up"),
        (errno.EACCES, "permission denied"),
        (errno.EROFS, "the file system is read-only"),
    ],
)
def test_what_the_disk_refuses_leaves_the_old_file_and_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    path = tmp_path / "result.json"
    storage.write_text(path, "old")
    monkeypatch.setattr(os, "fsync", fail(number))
    with pytest.raises(StorageError, match=f"cannot write: {reason}") as caught:
        storage.write_text(path, "new")
    problem = caught.value.problems[0]
    assert (problem.place, bool(problem.hint)) == (str(path), True)
    assert caught.value.exit_code == 2
    assert path.read_text() == "old"
    assert everything(tmp_path) == {"result.json"}


def test_a_file_cut_off_in_the_middle_never_gets_its_name(tmp_path: Path) -> None:
    with files_no_larger_than(4096), pytest.raises(StorageError, match="larger than is allowed"):
        storage.write_bytes(tmp_path / "big.bin", b"x" * 100_000)
    assert everything(tmp_path) == set()


def test_safetensors_that_do_not_fit_are_told_as_the_disk_s_refusal(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    with (
        files_no_larger_than(4096),
        pytest.raises(StorageError, match="larger than is allowed"),
        storage.new_folder(tmp_path / "adapter") as part,
    ):
        save_file({"w": np.zeros(100_000)}, part / "model.safetensors")
    assert everything(tmp_path) == set()


def test_an_error_that_is_not_the_disk_s_passes_through(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="boom"), storage.told(tmp_path):
        raise RuntimeError("boom")
    with pytest.raises(OSError, match="interrupted"), storage.told(tmp_path):
        raise OSError(errno.EINTR, "interrupted")


def test_a_file_where_a_folder_is_needed_is_named(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(StorageError, match="a file stands where a folder is needed") as caught:
        storage.create_run(tmp_path / "runs", "demo")
    assert caught.value.problems[0].place == str(tmp_path / "runs" / "demo")
    with pytest.raises(StorageError, match="a file stands where a folder is needed"):
        storage.write_text(tmp_path / "runs" / "x.csv", "")
    (tmp_path / "answers.csv").mkdir()
    with pytest.raises(StorageError, match="a folder stands where a file is needed"):
        storage.write_text(tmp_path / "answers.csv", "")
    assert everything(tmp_path) == {"runs", "answers.csv"}


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_an_unwritable_run_folder_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(Path, "mkdir", fail(number))
    with pytest.raises(StorageError, match="set another folder with --runs"):
        storage.create_run(tmp_path / "runs", "demo")


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_folder_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    def fill_half() -> None:
        with storage.new_folder(tmp_path / "adapter") as part:
            (part / "half").write_text("half")
            raise error

    with pytest.raises(error):
        fill_half()
    assert everything(tmp_path) == set()


def test_an_interrupted_replacement_leaves_the_old_folder(tmp_path: Path) -> None:
    target = tmp_path / "adapter"
    with storage.new_folder(target) as part:
        (part / "weights").write_text("old")
    with pytest.raises(KeyboardInterrupt), storage.new_folder(target) as part:
        raise KeyboardInterrupt
    assert (target / "weights").read_text() == "old"
    with storage.new_folder(target) as part:
        (part / "new").write_text("new")
    assert everything(tmp_path) == {"adapter", "adapter/new"}


def test_json_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    with pytest.raises(ValueError, match="not JSON compliant"):
        storage.write_json(path, {"score": float("nan")})
    assert everything(tmp_path) == set()
    storage.write_json(path, {"label": "긍정"})
    assert path.read_text(encoding="utf-8") == '{\n  "label": "긍정"\n}\n'
    assert storage.read_json(path) == {"label": "긍정"}


def test_damaged_and_missing_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    with pytest.raises(ModelError, match="this file is missing"):
        storage.read_json(path)
    for content in (b'{"a": ', b"\xff\xfe"):
        path.write_bytes(content)
        with pytest.raises(ModelError, match="this file is damaged"):
            storage.read_json(path)


def test_two_runs_in_one_second_have_folders_of_their_own(tmp_path: Path) -> None:
    made = {storage.create_run(tmp_path, "demo") for _ in range(4)}
    assert len(made) == 4
    assert all(run.is_dir() for run in made)


def test_latest_points_at_what_finished_last(tmp_path: Path) -> None:
    first, second = (storage.create_run(tmp_path, "demo") for _ in range(2))
    for run in (first, second):
        storage.point_latest(run)
        assert (tmp_path / "demo" / "latest").resolve() == run
    assert not os.path.isabs(os.readlink(tmp_path / "demo" / "latest"))  # noqa: PTH117, PTH115
    assert everything(tmp_path / "demo") == {first.name, second.name, "latest"}


def test_a_folder_called_latest_is_left_alone(tmp_path: Path) -> None:
    run = storage.create_run(tmp_path, "demo")
    (run.parent / "latest").mkdir()
    with pytest.raises(StorageError, match="a folder stands where"):
        storage.point_latest(run)
    assert everything(run.parent) == {run.name, "latest"}


def test_unfinished_runs_come_newest_first(tmp_path: Path) -> None:
    assert storage.unfinished_runs(tmp_path, "demo") == []
    runs = [storage.create_run(tmp_path, "demo") for _ in range(4)]
    for run in runs[:3]:
        (run / "recipe.yaml").touch()
    (runs[0] / "result.json").touch()
    storage.point_latest(runs[2])
    assert storage.unfinished_runs(tmp_path, "demo") == [runs[2], runs[1]]
