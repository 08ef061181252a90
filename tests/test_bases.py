"""Wherever a base comes from, its files are there, whole, and the ones asked for."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from pipeline import bases, weights
from pipeline.contracts import BuiltinModel
from pipeline.errors import ModelError
from pipeline.models.builtin.minilm import Minilm
from pipeline.tasks.text_classification import TextClassification
from tests.training import tiny


@pytest.fixture
def own(tiny_base: Path, tmp_path: Path) -> Path:
    """A copy of the tiny base that a test may spoil."""
    return Path(shutil.copytree(tiny_base, tmp_path / "own"))


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_folder_is_taken_as_it_is(own: Path) -> None:
    base = bases.resolve(str(own), sha256=digest(own / "model.safetensors"))
    assert (base.origin, base.hub_id, base.revision) == ("folder", None, None)
    assert base.sha256 == {"model.safetensors": digest(own / "model.safetensors")}
    assert base.size_bytes == (own / "model.safetensors").stat().st_size
    assert bases.family_of(base, TextClassification()).name == "bert"
    assert str(own.parent) not in json.dumps(base.facts())


def test_other_weights_than_asked_for_are_refused(own: Path) -> None:
    with pytest.raises(ModelError, match="not the expected ones") as caught:
        bases.resolve(str(own), sha256="0" * 64)
    assert digest(own / "model.safetensors") in str(caught.value)


def spoil(folder: Path, how: str) -> None:
    if how == "no config":
        (folder / "config.json").unlink()
    elif how == "damaged config":
        (folder / "config.json").write_text("{")
    elif how == "adapter":
        (folder / "adapter_config.json").write_text("{}")
    else:
        (folder / "model.safetensors").unlink()
        if how == "pickle":
            (folder / "pytorch_model.bin").write_bytes(b"")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("no config", "no config.json"),
        ("damaged config", "damaged"),
        ("adapter", "an adapter, not a base model"),
        ("no weights", "there are no weights"),
        ("pickle", "a pickle can run code"),
    ],
)
def test_a_folder_that_cannot_be_a_base_is_refused(how: str, words: str, own: Path) -> None:
    spoil(own, how)
    with pytest.raises(ModelError, match=words) as caught:
        bases.family_of(bases.resolve(str(own)), TextClassification())
    assert str(own) in str(caught.value)


def test_a_folder_that_is_not_there_is_named_with_the_nearest(own: Path) -> None:
    with pytest.raises(ModelError, match="no such folder") as caught:
        bases.present(str(own.with_name("owm")))
    assert f"did you mean {own}?" in str(caught.value)


def test_an_unknown_family_is_named_with_the_known_ones(own: Path) -> None:
    config = json.loads((own / "config.json").read_text())
    (own / "config.json").write_text(json.dumps(config | {"model_type": "mystery"}))
    with pytest.raises(ModelError, match="family 'mystery' is not known") as caught:
        bases.family_of(bases.resolve(str(own)), TextClassification())
    assert "bart, bert, distilbert" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"version https://git-lfs.github.com/spec/v1\n", None])
def test_damaged_weights_are_an_error_of_the_base(content: bytes | None, own: Path) -> None:
    """Empty, a pointer that git-lfs left, or cut short."""
    file = own / "model.safetensors"
    file.write_bytes(file.read_bytes()[:5000] if content is None else content)
    with pytest.raises(ModelError, match="the weights cannot be loaded") as caught:
        tiny.ready(own)
    assert str(own) in str(caught.value)


# ---------------------------------------------------------------------- in several files


@pytest.fixture
def sharded(tiny_base: Path, tmp_path: Path) -> Path:
    from transformers import AutoModel, AutoTokenizer

    folder = tmp_path / "sharded"
    AutoModel.from_pretrained(tiny_base).save_pretrained(folder, max_shard_size="40KB")
    AutoTokenizer.from_pretrained(tiny_base).save_pretrained(folder)
    assert len(list(folder.glob("model-*.safetensors"))) > 1
    return folder


def test_weights_in_several_files_are_all_counted_and_load(sharded: Path) -> None:
    base = bases.resolve(str(sharded))
    files = list(sharded.glob("model-*.safetensors"))
    assert base.sha256 == {file.name: digest(file) for file in files}
    assert base.size_bytes == sum(file.stat().st_size for file in files)
    assert tiny.ready(base).fresh == ("classifier.bias", "classifier.weight")


def test_one_file_of_several_does_not_vouch_for_the_others(sharded: Path) -> None:
    first = min(sharded.glob("model-*.safetensors"))
    with pytest.raises(ModelError, match="not the expected ones"):
        bases.resolve(str(sharded), sha256=digest(first))


def test_a_missing_file_of_several_is_named(sharded: Path) -> None:
    gone = min(sharded.glob("model-*.safetensors"))
    gone.unlink()
    with pytest.raises(ModelError, match=f"weights are missing: {gone.name}"):
        bases.resolve(str(sharded))


# -------------------------------------------------------------------------- built in


def test_the_builtin_base_is_the_one_on_the_hub() -> None:
    pytest.importorskip(Minilm.package, reason=f"{Minilm.distribution} is not installed")
    base = bases.resolve("builtin:minilm")
    assert base.sha256 == {"model.safetensors": Minilm.sha256}
    assert (base.origin, base.hub_id) == ("builtin", Minilm.hub_id)
    assert bases.family_of(base, TextClassification()).name == "bert"


def test_a_builtin_base_with_other_bytes_is_refused(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bases, "_builtin_folder", lambda builtin: own)
    with pytest.raises(ModelError, match="not the expected ones") as caught:
        bases.resolve("builtin:minilm")
    assert Minilm.sha256 in str(caught.value)


def test_a_builtin_base_that_is_not_installed_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    class Absent(BuiltinModel):
        package = "a_package_that_nobody_has"
        folder = "model"
        distribution = "a-package"
        extra = "absent"

    monkeypatch.setattr(bases, "_builtin", lambda name: Absent)
    with pytest.raises(ModelError, match="a-package is not installed") as caught:
        bases.present("builtin:absent")
    assert "pip install" in str(caught.value)


def test_a_cache_view_holds_the_files_under_the_hub_id(own: Path, tmp_path: Path) -> None:
    base = bases.Base("a/b", "hub", own, "a/b", "c" * 40, {})
    with bases.hub_cache_view(base, tmp_path / "hub") as view:
        assert view == {"HF_HUB_CACHE": str(tmp_path / "hub"), "HF_HUB_OFFLINE": "1"}
        snapshot = tmp_path / "hub" / "models--a--b" / "snapshots" / ("c" * 40)
        assert (snapshot / "model.safetensors").read_bytes()
        assert (tmp_path / "hub" / "models--a--b" / "refs" / "main").read_text() == "c" * 40


def test_a_download_that_lacks_a_shard_is_not_whole(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    shards = {"one": "model-1-of-2.safetensors", "two": "model-2-of-2.safetensors"}
    index = json.dumps({"weight_map": shards})
    (tmp_path / "model.safetensors.index.json").write_text(index, encoding="utf-8")
    (tmp_path / shards["one"]).touch()
    assert not weights.is_whole(tmp_path)
    (tmp_path / shards["two"]).touch()
    assert weights.is_whole(tmp_path)


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("---\nlicense: mit\n---\n# Base\n", "mit"),
        ("---\nlicense: [mit, other]\n---\n", None),
        ("---\nlicense: [mit\n---\n", None),
        ("# Base\n", None),
        (None, None),
    ],
)
def test_the_licence_of_a_base_is_what_its_card_says(
    tiny_base: Path, tmp_path: Path, card: str | None, expected: str | None
) -> None:
    folder = Path(shutil.copytree(tiny_base, tmp_path / "base"))
    if card is not None:
        (folder / "README.md").write_text(card, encoding="utf-8")
    assert bases.resolve(str(folder)).license == expected
