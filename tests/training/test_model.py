"""What is made of a base's files, and what is said where they do not hold all of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from pipeline.errors import ModelError
from tests.training import tiny


@pytest.mark.parametrize("lost", ["encoder.layer.1.", "embeddings.word_embeddings."])
def test_a_base_without_some_of_its_own_weights_is_refused(
    lost: str, tiny_base: Path, tmp_path: Path
) -> None:
    """Transformers would draw them at random, and training would seem to work."""
    folder = Path(shutil.copytree(tiny_base, tmp_path / "base"))
    weights = load_file(folder / "model.safetensors")
    kept = {name: value for name, value in weights.items() if lost not in name}
    count = len(weights) - len(kept)
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=f"{count} weights of the base itself are not in") as told:
        tiny.ready(folder)
    assert f"bert.{lost}" in str(told.value)
    assert "fetch or save them again" in str(told.value)


def test_weights_of_a_head_may_be_missing(tiny_base: Path) -> None:
    assert tiny.ready(tiny_base).fresh == ("classifier.bias", "classifier.weight")
