"""What an export's folder holds, that its snippet loads it, and what cannot be exported."""

from __future__ import annotations

import json
import shutil
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from pipeline import components
from pipeline.contracts import Exporter
from pipeline.exporters.adapter import Adapter
from pipeline.exporters.merged import Merged
from pipeline.models.bert import Bert
from pipeline.tasks.text_classification import TextClassification
from tests.exporters.conftest import Trained
from tests.exporters.snippets import loaded
from tests.training import tiny

TEXTS = tiny.table(5, seed=4)["text"].to_pylist()


def test_the_folder_holds_what_we_know() -> None:
    assert {"adapter", "merged"} <= set(components.available("exporters"))


CASES = [("adapter", "adapted"), ("merged", "adapted"), ("merged", "whole")]


@pytest.mark.parametrize(("name", "fixture"), CASES)
def test_an_export_moved_elsewhere_answers_as_the_model_in_memory(
    name: str,
    fixture: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trained: Trained = request.getfixturevalue(fixture)
    exporter: Exporter = components.load("exporters", name)()
    assert exporter.problems(trained.model.model, family=Bert(), task=TextClassification()) == []
    expected = tiny.answers(trained.model.model, trained.model.answering.codec.tokenizer, TEXTS)
    export, folder = trained.export(), tmp_path / "written"
    folder.mkdir()
    exporter.write(export, folder)
    moved = tmp_path / "moved"
    shutil.move(folder, moved)
    names = loaded(exporter.snippet(export), moved, monkeypatch)
    assert abs(tiny.answers(names["model"], names["tokenizer"], TEXTS) - expected).max() <= 1e-5
    assert names["labels"] == list(tiny.LABELS)
    config = names["model"].config
    assert config.id2label == dict(enumerate(tiny.LABELS))
    # Writing leaves the model in memory as it was.
    again = tiny.answers(trained.model.model, trained.model.answering.codec.tokenizer, TEXTS)
    assert (again == expected).all()


@pytest.mark.parametrize(("name", "fixture"), [*CASES, ("adapter", "from_hub")])
def test_no_file_names_this_machine_and_none_can_run_code(
    name: str, fixture: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    trained: Trained = request.getfixturevalue(fixture)
    components.load("exporters", name)().write(trained.export(), tmp_path)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert any(file.suffix == ".safetensors" for file in files)
    assert {file.suffix for file in files} <= {".safetensors", ".json", ".txt", ".jinja"}
    here = [str(trained.base.folder), str(tmp_path), str(Path.home()), "local_files_only"]
    for file in files:
        content = file.read_bytes()
        assert not [word for word in here if word.encode() in content], file.name


def test_an_adapter_names_the_base_by_its_hub_id_and_commit(
    from_hub: Trained, tmp_path: Path
) -> None:
    Adapter().write(from_hub.export(), tmp_path)
    config = json.loads((tmp_path / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "someone/tiny"
    assert config["revision"] == "ab" * 20
    assert not (tmp_path / "base").exists()
    facts = json.loads((tmp_path / "graft.json").read_text())
    assert facts["labels"] == list(tiny.LABELS)
    assert facts["base"]["sha256"] == from_hub.base.sha256


def test_only_the_models_own_files_travel_along(adapted: Trained, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(adapted.base.folder, own)
    (own / "diary.txt").write_text("private")
    (own / "pytorch_model.bin").write_bytes(b"a pickle")
    config = json.loads((own / "config.json").read_text())
    (own / "config.json").write_text(json.dumps(config | {"_name_or_path": "/home/me/secret"}))
    (tmp_path / "out").mkdir()
    Adapter().write(replace(adapted.export(), base_folder=own), tmp_path / "out")
    base = tmp_path / "out" / "base"
    assert {file.name for file in base.iterdir()} == {"config.json", "model.safetensors"}
    assert b"secret" not in (base / "config.json").read_bytes()


# ----------------------------------------------------------------------- tied weights


def gpt2() -> Any:
    """A GPT-2 whose output layer is its word embedding."""
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    return GPT2LMHeadModel(GPT2Config(vocab_size=50, n_positions=16, n_embd=8, n_layer=1, n_head=2))


@pytest.mark.parametrize(
    ("target", "twin"), [("lm_head", "transformer.wte"), ("transformer.wte", "lm_head")]
)
def test_an_adapter_on_a_shared_weight_is_not_merged(target: str, twin: str) -> None:
    from peft import LoraConfig, get_peft_model

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peft says something of the kind, but only sometimes
        model = get_peft_model(gpt2(), LoraConfig(target_modules=[target]))
    problems = Merged().problems(model, family=Bert(), task=TextClassification())
    assert len(problems) == 1
    assert f"the adapted layer {target} shares its weight with {twin}" in problems[0]


def test_an_adapter_beside_a_shared_weight_is_merged() -> None:
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(target_modules=["c_attn"], fan_in_fan_out=True)
    assert (
        Merged().problems(get_peft_model(gpt2(), config), family=Bert(), task=TextClassification())
        == []
    )
    assert Merged().problems(gpt2(), family=Bert(), task=TextClassification()) == []
