"""More exports of a finished run: made later, proven the same, told in its result."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from pipeline import recipe as recipes
from pipeline import runner
from pipeline.cli import main
from pipeline.contracts import Export, Silent
from pipeline.errors import DataError, ModelError, RecipeError
from pipeline.exporters.merged import Merged
from pipeline.exporting import again
from pipeline.runner import Finished


@pytest.fixture
def run(finished_run: Finished, tmp_path: Path) -> Path:
    """A copy of a finished run that exported its adapter alone."""
    return Path(shutil.copytree(finished_run.folder, tmp_path / "reviews" / "first"))


def exports(run: Path) -> dict[str, dict[str, object]]:
    found = json.loads((run / "result.json").read_text(encoding="utf-8"))["exports"]
    return {item["name"]: item for item in found}


def test_a_finished_run_is_exported_and_says_so(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = exports(run)
    assert main(["export", str(run), "merged", "onnx"]) == 0
    said = capsys.readouterr().out
    assert f"merged:      {run / 'merged'}" in said
    found = exports(run)
    assert list(found) == ["adapter", "merged", "onnx"]
    assert found["adapter"] == before["adapter"]
    assert all(item["proved"] and item["agreement"] == 1 for item in found.values())
    report = (run / "report.html").read_text(encoding="utf-8")
    assert "<code>onnx</code>" in report
    for card in (run, run / "merged", run / "onnx"):
        assert "| onnx |" in (card / "README.md").read_text(encoding="utf-8")
    assert "onnxruntime" in (run / "onnx" / "README.md").read_text(encoding="utf-8")

    answers = []
    for folder in (run / "adapter", run / "merged", run / "onnx"):
        assert main(["predict", str(folder), "the film is charming and witty ."]) == 0
        answers.append(capsys.readouterr().out)
    assert len(set(answers)) == 1


def test_what_fails_its_proof_is_told_and_leaves_nothing(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = Merged.write

    def write(self: Merged, export: Export, folder: Path) -> None:
        real(self, export, folder)
        file = folder / "model.safetensors"
        tensors = load_file(file)
        tensors["classifier.bias"][0] += 0.5
        save_file(tensors, file, metadata={"format": "pt"})

    monkeypatch.setattr(Merged, "write", write)
    assert main(["export", str(run), "merged"]) == 1
    assert "merged:      not exported: the reloaded export answers differently" in (
        capsys.readouterr().out
    )
    assert not (run / "merged").exists()
    found = exports(run)["merged"]
    assert not found["proved"]
    assert "logits differ" in str(found["reason"])
    assert "not exported" in (run / "report.html").read_text(encoding="utf-8")
    assert main(["predict", str(run), "a dull film ."]) == 0  # by the adapter, as before


def refused(run: Path, *exporters: str) -> str:
    with pytest.raises((ModelError, RecipeError, DataError)) as caught:
        again.export(run, exporters, report=Silent())
    return str(caught.value)


def test_a_wrong_name_is_met_with_the_nearest_right_one(run: Path) -> None:
    assert "did you mean 'merged'" in refused(run, "mergd")


def test_a_folder_without_a_finished_run_is_refused(run: Path, tmp_path: Path) -> None:
    assert "there is no finished run" in refused(tmp_path, "merged")
    shutil.rmtree(run / "learnt")
    assert "this run kept no weights" in refused(run, "merged")


def test_another_base_is_refused(run: Path) -> None:
    lock = json.loads((run / "lock.json").read_text(encoding="utf-8"))
    lock["base"]["sha256"] = {"model.safetensors": "0" * 64}
    (run / "lock.json").write_text(json.dumps(lock), encoding="utf-8")
    assert "the weights of this base are others" in refused(run, "merged")


def test_a_run_that_began_with_an_adapter_is_exported_from_what_it_folded(
    finished_run: Finished, tiny_base: Path, rows_csv: Path, tmp_path: Path
) -> None:
    path = tmp_path / "further.yaml"
    path.write_text(
        f"model: {{id: {tiny_base}, adapter: {finished_run.folder / 'adapter'}}}\n"
        "task: text-classification\n"
        f"data: {{train: {rows_csv}, test: 0.3, limit: 30}}\n"
        "train: {epochs: 1, batch_size: 8}\n"
        "baselines: [majority]\n"
        "evaluation: {resamples: 1000}\n"
        "export: [adapter]\n",
        encoding="utf-8",
    )
    further = runner.run(
        recipes.load(path), runs=tmp_path, resume=False, command="", report=Silent()
    )
    assert further is not None
    before = exports(further.folder)["adapter"]
    (merged, adapter) = again.export(further.folder, ["merged", "adapter"], report=Silent())
    assert merged.proved
    assert adapter.sha256 == before["sha256"]
    facts = json.loads((further.folder / "merged" / "graft.json").read_text("utf-8"))
    lock = json.loads((further.folder / "lock.json").read_text("utf-8"))
    assert facts["base"] == lock["base"]
    shutil.rmtree(further.folder / "base")
    assert "the base that this run folded its adapter into" in refused(further.folder, "merged")


def test_other_test_rows_are_refused(run: Path) -> None:
    result = json.loads((run / "result.json").read_text(encoding="utf-8"))
    result["data"]["fingerprints"]["test"] = "0" * 64
    (run / "result.json").write_text(json.dumps(result), encoding="utf-8")
    assert "the test rows are others" in refused(run, "merged")
