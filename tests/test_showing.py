"""``graft show``: one run, and the list of them."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

from pipeline import showing, storage
from pipeline.cli import main
from pipeline.contracts import ExportResult
from pipeline.runner import Finished


@pytest.fixture
def runs(finished_run: Finished, tmp_path: Path) -> Path:
    """A finished run, one that was stopped, one whose result is damaged."""
    folder = tmp_path / "runs"
    done = Path(shutil.copytree(finished_run.folder, folder / "reviews" / "20260101-000000"))
    storage.point_latest(done)
    shutil.copytree(done, folder / "reviews" / "20260102-000000")
    (folder / "reviews" / "20260102-000000" / "result.json").unlink()
    shutil.copytree(done, folder / "other" / "20260101-000000")
    (folder / "other" / "20260101-000000" / "result.json").write_text("{")
    return folder


def test_a_run_is_shown_with_its_verdict_first(
    runs: Path, finished_run: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    run = runs / "reviews" / "latest"
    assert main(["show", str(run)]) == 0
    said = capsys.readouterr().out
    result = finished_run.result
    assert result.verdict
    places = [said.index(result.verdict.sentence), said.index("contender"), said.index("proved")]
    assert places == sorted(places)
    for name in ("lora", "tfidf", "majority", str(run / "adapter"), str(run / "report.html")):
        assert name in said
    assert f"graft ui {run}" in said


def test_an_export_that_was_refused_is_shown_with_the_reason(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = runs / "reviews" / "latest" / "result.json"
    result = json.loads(path.read_text("utf-8"))
    result["exports"].append(asdict(ExportResult.refused("onnx", reason="too far off", limits={})))
    path.write_text(json.dumps(result), "utf-8")
    assert main(["show", str(path.parent)]) == 0
    said = capsys.readouterr().out
    assert "onnx is not there: too far off" in said
    assert "onnx:" not in said
    assert "adapter:" in said


def test_runs_are_listed_with_what_became_of_them(
    runs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["show", "--runs", str(runs)]) == 0
    said = capsys.readouterr().out
    lines = {line.split()[0]: line for line in said.splitlines() if str(runs) in line}
    first, stopped = (
        lines[str(runs / "reviews" / name)] for name in ("20260101-000000", "20260102-000000")
    )
    assert " * " in first
    assert any(f" {verdict}" in first for verdict in showing.VERDICTS.values())
    assert "tfidf" in first or "majority" in first
    assert "unfinished" in stopped
    assert "damaged" in lines[str(runs / "other" / "20260101-000000")]
    monkeypatch.chdir(runs.parent)
    assert main(["show"]) == 0
    assert "runs/reviews/20260101-000000 *" in capsys.readouterr().out
    assert main(["show", "runs/other"]) == 0
    assert "reviews" not in capsys.readouterr().out


def test_what_is_not_there_is_told(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", str(runs / "revews")]) == 2
    assert f"did you mean {runs / 'reviews'}?" in capsys.readouterr().err
    assert main(["show", "--runs", str(tmp_path / "no")]) == 2
    assert "there is no such folder" in capsys.readouterr().err
    assert main(["show", str(runs / "reviews" / "latest" / "adapter")]) == 2
    assert "there are no runs in this folder" in capsys.readouterr().err
