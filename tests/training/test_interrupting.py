"""A real signal to a real run: it says how to go on, and goes on to the same end."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline import cli
from pipeline.contracts import Proof
from pipeline.exporting import proof
from pipeline.training import checkpoints

_LIMIT_S = 120


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Runs in this process: exports are proven elsewhere, and signals are put back."""
    none = Proof(max_logit_difference=0.0, milliseconds=0.0, milliseconds_in_memory=0.0)
    monkeypatch.setattr(proof, "prove", lambda *args, **options: none)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def recipe(tiny_base: Path, rows_csv: Path, tmp_path: Path) -> Path:
    path = tmp_path / "reviews.yaml"
    rows = Path(shutil.copy(rows_csv, tmp_path / "rows.csv"))
    path.write_text(
        f"model: {tiny_base}\n"
        "task: text-classification\n"
        f"data: {{train: {rows}, test: 0.3}}\n"
        "train: {epochs: 30, batch_size: 4, dropout: 0.1, precision: fp32, patience: 8}\n"
        "baselines: []\n"
        "evaluation: {resamples: 1000}\n"
        "export: [adapter]\n",
        encoding="utf-8",
    )
    return path


def the_run(runs: Path) -> Path:
    (folder,) = [item for item in (runs / "reviews").iterdir() if not item.is_symlink()]
    return folder


def terminated(recipe: Path, runs: Path) -> tuple[int, str]:
    """Start a run in a process of its own and end it after a few steps."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "run", str(recipe), "--runs", str(runs)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        end = time.monotonic() + _LIMIT_S
        while not any('"step": 4,' in log.read_text() for log in runs.glob("*/*/log.jsonl")):
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < end
            time.sleep(0.005)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=_LIMIT_S)
    finally:
        process.kill()
    return process.returncode, said


def scores(run: Path) -> Any:
    result = json.loads((run / "result.json").read_text(encoding="utf-8"))
    return result["contenders"][0]["scores"], result["contenders"][0]["validation_score"]


def timeless(run: Path) -> list[dict[str, Any]]:
    lines = (run / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) | {"seconds": None} for line in lines]


@pytest.mark.usefixtures("in_process")
def test_a_terminated_run_resumes_to_the_adapter_of_an_uninterrupted_one(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", str(recipe), "--runs", str(tmp_path / "whole")]) == 0
    whole = the_run(tmp_path / "whole")

    code, said = terminated(recipe, tmp_path / "halves")
    halves = the_run(tmp_path / "halves")
    assert code == 130, said
    assert "--resume" in said
    assert "Traceback" not in said
    assert checkpoints.exists(halves)
    assert not (halves / "result.json").exists()

    again = ["run", str(recipe), "--runs", str(tmp_path / "halves"), "--resume"]
    assert cli.main([*again, "train.batch_size=8"]) == 2
    assert "other settings" in capsys.readouterr().err
    rows = tmp_path / "rows.csv"
    before = rows.read_bytes()
    rows.write_bytes(before.replace(b" ", b" really ", 1))
    assert cli.main(again) == 2
    assert "its data changed" in capsys.readouterr().err
    rows.write_bytes(before)

    assert cli.main(again) == 0
    assert the_run(tmp_path / "halves") == halves
    adapter = "adapter/adapter_model.safetensors"
    assert (halves / adapter).read_bytes() == (whole / adapter).read_bytes()
    assert scores(halves) == scores(whole)
    assert timeless(halves) == timeless(whole)

    assert cli.main(again) == 2
    assert "no unfinished run" in capsys.readouterr().err
