from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from pipeline import components
from pipeline.components import Component, Folder
from pipeline.errors import RecipeError

FOLDERS: tuple[Folder, ...] = get_args(Folder)
FOUND = [(folder, name) for folder in FOLDERS for name in components.available(folder)]


def test_the_names_are_the_files() -> None:
    assert components.available("strategies")[:1] == ("freeze",)
    assert "text-classification" in components.available("tasks")
    for folder in FOLDERS:
        names = components.available(folder)
        assert names == tuple(sorted(names))
        assert not any(name.startswith("-") for name in names)  # files that start with _
        assert names


@pytest.mark.parametrize(("folder", "name"), FOUND, ids=str)
def test_every_name_loads_a_class_that_says_what_it_is(folder: Folder, name: str) -> None:
    found = components.load(folder, name)
    assert issubclass(found, Component)
    assert found.name == name
    assert found.summary().endswith(".")
    assert all(field.description for field in found.model_fields.values())


def test_underscores_and_dashes_are_the_same() -> None:
    dashed = components.load("tasks", "text-classification")
    assert components.load("tasks", "text_classification") is dashed


@pytest.mark.parametrize(
    "name", ["lorra", "Lora", "../strategies/lora", "lora.py", "os.path", "_hidden", "", "lora "]
)
def test_only_our_own_files_can_be_named(name: str) -> None:
    with pytest.raises(RecipeError, match="there is no strategy") as caught:
        components.load("strategies", name)
    assert "choose one of: " in caught.value.problems[0].hint


def test_options_are_plain_values_and_unknown_ones_are_refused() -> None:
    lora = components.load("strategies", "lora")
    assert lora(r=4).options()["r"] == 4
    with pytest.raises(ValidationError):
        lora(rank=4)
    with pytest.raises(ValidationError):
        lora(r=4).r = 5


def test_a_new_file_is_found_without_any_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "strategies"
    folder.mkdir()
    (folder / "bit_fit.py").touch()
    (folder / "_shared.py").touch()
    monkeypatch.setattr(components, "_ROOT", tmp_path)
    assert components.available.__wrapped__("strategies") == ("bit-fit",)
