"""From a folder to a model that answers, and what is said of folders that hold none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline import components, loading
from pipeline.contracts import Silent
from pipeline.errors import ModelError
from pipeline.runner import Finished
from tests.exporters.conftest import Trained, adapted, whole
from tests.test_predicting import export, refused
from tests.training import tiny

__all__ = ["adapted", "export", "whole"]  # fixtures


# ------------------------------------------------------------------------- loading


@pytest.mark.parametrize(
    ("name", "fixture"), [("adapter", "adapted"), ("merged", "adapted"), ("merged", "whole")]
)
def test_an_export_answers_as_the_model_in_memory(
    name: str, fixture: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    trained: Trained = request.getfixturevalue(fixture)
    components.load("exporters", name)().write(trained.export(), tmp_path)
    facts = loading.read_facts(tmp_path)
    found = loading.load(tmp_path, facts, loading.task_of(tmp_path, facts), Silent())
    known, rows = trained.model.answering, tiny.table(9, seed=7)
    assert found.labels == tiny.LABELS
    assert found.codec.max_length == known.codec.max_length == 64
    assert (found.codec.shape, found.codec.decoder_start) == ("encoder", None)
    assert found.codec.vocabulary == known.codec.vocabulary > 0
    assert not found.model.training
    expected, again = known.predict(rows), found.predict(rows)
    assert again.answers.tolist() == expected.answers.tolist()
    assert expected.scores is not None
    assert again.scores is not None
    assert np.abs(again.scores - expected.scores).max() <= 1e-5


def test_a_run_stands_for_its_first_export(finished_run: Finished, export: Path) -> None:
    assert loading.export_folder(finished_run.folder) == finished_run.folder / "adapter"
    assert loading.export_folder(export) == export


# ------------------------------------------------------------------------ mistakes


def test_a_folder_without_a_model_is_refused(
    finished_run: Finished, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished_run.folder
    assert f"did you mean {run}?" in refused(capsys, run.with_name(run.name[:-1] + "x"), "x")
    assert f"did you mean {run.parent / 'latest'}?" in refused(capsys, run.parent, "x")
    assert "neither graft.json nor result.json" in refused(capsys, tmp_path, "x")
    result = json.loads((run / "result.json").read_text()) | {"exports": []}
    (tmp_path / "result.json").write_text(json.dumps(result))
    assert "this run exported nothing" in refused(capsys, tmp_path, "x")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (None, "this file is damaged"),
        ([], "this file is damaged: wrong or missing: everything"),
        ({"labels": 3}, "this file is damaged: wrong or missing: labels"),
        ({"max_length": 0, "base": {}}, "wrong or missing: base.hub_id, base.name"),
        ({"columns": {"text": 0}}, "this file is damaged: wrong or missing: columns.text"),
        ({"columns": ["text"]}, "this file is damaged: wrong or missing: columns"),
        ({"task": {"name": "regresion"}}, "this file is damaged: there is no such task"),
        ({"task": {"name": "text-classification", "x": 1}}, "there is no such task"),
    ],
)
def test_damaged_facts_are_refused(
    export: Path, capsys: pytest.CaptureFixture[str], change: Any, said: str
) -> None:
    path = export / "graft.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    if change is None:
        path.write_text('{"exporter": ')
    else:
        path.write_text(json.dumps(facts | change if isinstance(change, dict) else change))
    found = refused(capsys, export, "x")
    assert said in found
    assert str(path) in found


def test_missing_and_damaged_weights_are_refused(
    export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = export / "adapter_model.safetensors"
    content = weights.read_bytes()
    weights.write_bytes(content[: len(content) // 2])
    said = refused(capsys, export, "x")
    assert f"{export}: cannot be loaded" in said
    assert "export the model again" in said
    weights.unlink()
    assert f"{export}: there is no adapter_model.safetensors" in refused(capsys, export, "x")


@pytest.mark.parametrize("hub_id", ["../../elsewhere", "/srv/model", "builtin:minilm"])
def test_a_strangers_facts_lead_nowhere_on_this_machine(export: Path, hub_id: str) -> None:
    facts = loading.read_facts(export)
    base = facts.base.model_copy(update={"hub_id": hub_id, "origin": "hub"})
    facts = facts.model_copy(update={"base": base})
    with pytest.raises(ModelError, match="is no id on the Hub"):
        loading.load(export, facts, loading.task_of(export, facts), Silent())
