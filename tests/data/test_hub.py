from __future__ import annotations

from pathlib import Path

import datasets
import pytest
from huggingface_hub import constants

from pipeline.contracts import Silent
from pipeline.data import hub
from pipeline.data.hub_rows import convert
from pipeline.data.spec import DataSpec
from pipeline.errors import DataError, HubError
from pipeline.tasks.text_classification import TextClassification

COLUMNS = TextClassification().columns


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    features = datasets.Features(
        {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["bad", "good"])}
    )
    rows = {"text": ["a", "b", "c"], "label": [1, 0, 1]}
    hidden = {"text": ["d", "e"], "label": [-1, -1]}
    datasets.Dataset.from_dict(rows, features).to_parquet(tmp_path / "train.parquet")
    datasets.Dataset.from_dict(hidden, features).to_parquet(tmp_path / "test.parquet")
    return tmp_path


def read(folder: Path, split: str, cache: Path) -> datasets.Dataset:
    return datasets.load_dataset(
        "parquet", data_files={split: str(folder / f"{split}.parquet")}, cache_dir=str(cache)
    )[split]


def test_class_ids_become_names_and_rows_are_numbered(folder: Path, tmp_path: Path) -> None:
    table = convert(read(folder, "train", tmp_path / "c"), COLUMNS, {}, split="train")
    assert table.to_pylist() == [
        {"row_id": "train:1", "text": "a", "label": "good"},
        {"row_id": "train:2", "text": "b", "label": "bad"},
        {"row_id": "train:3", "text": "c", "label": "good"},
    ]


def test_rows_without_labels_are_refused_with_a_way_out(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        convert(read(folder, "test", tmp_path / "c"), COLUMNS, {}, split="test")
    assert "2 of 2 rows of split 'test' have no label" in str(caught.value)
    assert "test: 0.2" in str(caught.value)


def test_a_missing_column_is_suggested(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="did you mean 'label'"):
        convert(read(folder, "train", tmp_path / "c"), COLUMNS, {"label": "labels"}, split="train")


def test_a_local_folder_never_stands_in_for_the_hub(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    with pytest.raises(DataError, match="also a folder here"):
        hub.load(DataSpec(hub=folder.name), COLUMNS, Silent())


def test_offline_names_what_is_missing_and_what_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    with pytest.raises(HubError) as caught:
        hub.load(DataSpec(hub="nobody-here/nothing-there"), COLUMNS, Silent())
    assert "no copy of 'nobody-here/nothing-there' on this disk" in str(caught.value)
    assert "builtin: docs-topics" in str(caught.value)


def test_the_cache_only_mode_is_left_again() -> None:
    before = constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE
    with hub._cache_only(True):
        assert constants.HF_HUB_OFFLINE
        assert datasets.config.HF_HUB_OFFLINE
    after = constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE
    assert before == after


@pytest.mark.parametrize(
    ("splits", "given", "expected"),
    [
        (["train", "test"], {}, {"train": "train", "test": "test"}),
        (["train", "test"], {"test": 0.2}, {"train": "train"}),
        (["train", "dev"], {"test": "dev"}, {"train": "train", "test": "dev"}),
        (["train", "validation"], {"test": "validation"}, {"train": "train", "test": "validation"}),
    ],
)
def test_splits_are_those_named_or_of_our_names(
    splits: list[str], given: dict[str, str | float], expected: dict[str, str]
) -> None:
    assert hub.choose_splits(DataSpec(hub="a/b", **given), splits) == expected


def test_an_absent_split_is_suggested() -> None:
    with pytest.raises(DataError, match="no split 'tset'") as caught:
        hub.choose_splits(DataSpec(hub="a/b", test="tset"), ["train", "test"])
    assert "did you mean 'test'?" in str(caught.value)
    with pytest.raises(DataError, match="no split 'train'"):
        hub.choose_splits(DataSpec(hub="a/b"), ["test"])


def test_a_data_set_script_is_refused_in_plain_words(tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    script.write_text("")
    with pytest.raises(RuntimeError) as caught:
        datasets.load_dataset(str(script))
    told = str(hub.explain(caught.value, "a/mine", None, None))
    assert "'a/mine' is built by a Python script, and code from the Hub is not run" in told
