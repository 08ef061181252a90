from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.data import files
from pipeline.data.paths import display_names, resolve
from pipeline.errors import DataError


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("text,label\na,b\n")


def refusal(given: str | list[str]) -> str:
    with pytest.raises(DataError) as caught:
        resolve(given, key="data.train")
    return str(caught.value)


def test_a_folder_a_glob_and_a_list_give_files_in_order(tmp_path: Path) -> None:
    touch(tmp_path, "b.csv", "a.csv", "README.txt", ".hidden.csv", "notes.md")
    expected = [tmp_path / "a.csv", tmp_path / "b.csv"]
    assert resolve(str(tmp_path), key="data.train") == expected
    assert resolve(str(tmp_path / "*.csv"), key="data.train") == expected
    assert resolve([str(path) for path in expected[::-1]], key="data.train") == expected[::-1]


def test_notes_are_read_where_they_are_named_alone(tmp_path: Path) -> None:
    touch(tmp_path, "a.conll", "README.txt", "notes.md")
    assert resolve(str(tmp_path), key="data.train") == [tmp_path / "a.conll"]
    for named in ("notes.md", "*.md"):
        assert resolve(str(tmp_path / named), key="data.train") == [tmp_path / "notes.md"]


def test_a_missing_file_names_the_nearest_and_all_are_named(tmp_path: Path) -> None:
    touch(tmp_path, "train.csv")
    message = refusal([str(tmp_path / "tran.csv"), str(tmp_path / "none" / "x.csv")])
    assert f"did you mean '{tmp_path / 'train.csv'}'?" in message
    assert "there is no folder" in message


def test_a_folder_without_data_or_of_mixed_kinds_is_refused(tmp_path: Path) -> None:
    touch(tmp_path, "empty/notes.md", "mixed/a.csv", "mixed/b.jsonl")
    assert "has no data file" in refusal(str(tmp_path / "empty"))
    message = refusal(str(tmp_path / "mixed"))
    assert "mixed kinds: csv, jsonl" in message
    assert "*.csv" in message
    assert "no file is like" in refusal(str(tmp_path / "empty" / "*.csv"))


def test_a_folder_of_several_splits_is_not_read_as_training_rows(tmp_path: Path) -> None:
    touch(tmp_path, "train.csv", "test.csv")
    assert "several splits (test.csv, train.csv)" in refusal(str(tmp_path))


def test_an_unknown_ending_and_a_file_named_twice_are_refused(tmp_path: Path) -> None:
    touch(tmp_path, "a.xlsx", "a.csv")
    assert "'.xlsx' file" in refusal(str(tmp_path / "a.xlsx"))
    assert "named twice" in refusal([str(tmp_path / "a.csv")] * 2)


def test_files_of_one_name_are_told_apart_by_their_folder() -> None:
    paths = [Path("x/data.csv"), Path("y/data.csv"), Path("y/other.csv")]
    assert list(display_names(paths).values()) == ["x/data.csv", "y/data.csv", "other.csv"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    touch(tmp_path, "a.csv")
    (tmp_path / "a.csv").chmod(0)
    with pytest.raises(DataError, match="no permission"):
        files.header(tmp_path / "a.csv")


def test_a_name_that_the_disk_refuses_is_no_traceback() -> None:
    assert "cannot be read" in refusal("x" * 5000 + ".csv")


def test_a_link_out_of_a_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "rows"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("text,label\n")
    (folder / "a.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(DataError, match="is a link out of the folder, to") as caught:
        resolve(str(folder), key="data.train")
    assert f"name the files: {folder / '*.csv'}" in str(caught.value)
    assert resolve(str(folder / "*.csv"), key="data.train") == [folder / "a.csv"]


def test_a_link_within_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / "1.csv").write_text("text,label\n")
    (tmp_path / "a.csv").symlink_to(tmp_path / "blobs" / "1.csv")
    assert resolve(str(tmp_path), key="data.train") == [tmp_path / "a.csv"]


def test_a_broken_link_and_a_pipe_are_told_from_files(tmp_path: Path) -> None:
    (tmp_path / "a.csv").symlink_to(tmp_path / "gone.csv")
    with pytest.raises(DataError, match="which is not there"):
        resolve(str(tmp_path / "a.csv"), key="data.train")
    os.mkfifo(tmp_path / "b.csv")
    with pytest.raises(DataError, match="a pipe, a socket or a device"):
        resolve(str(tmp_path / "b.csv"), key="data.train")
