"""The network without its pretraining learns as well as one of its learning rates lets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import recipe as recipes
from pipeline import runner
from pipeline.contracts import ContenderResult, Silent
from pipeline.errors import TrainingError


def from_scratch(home: Path, base: Path, rows: Path, rates: str) -> ContenderResult:
    path = home / "scratch.yaml"
    path.write_text(
        f"model: {base}\n"
        "task: text-classification\n"
        f"data: {{train: {rows}, test: 0.3}}\n"
        "train: {max_steps: 40, batch_size: 8, validations: 4, precision: fp32}\n"
        f"baselines: [{{name: from-scratch, learning_rates: {rates}}}]\n"
        "evaluation: {resamples: 1000}\nexport: []\n",
        encoding="utf-8",
    )
    found = runner.run(
        recipes.load(path), runs=home / "runs", resume=False, command="", report=Silent()
    )
    assert found is not None
    return next(one for one in found.result.contenders if one.name == "from-scratch")


def test_the_rate_that_is_best_on_validation_is_kept(
    tmp_path: Path, tiny_base: Path, rows_csv: Path
) -> None:
    alone = from_scratch(tmp_path, tiny_base, rows_csv, "[0.003]")
    chosen = from_scratch(tmp_path, tiny_base, rows_csv, "[1.0e-9, 0.003, 1.0e+30]")

    assert chosen.notes["learning_rate"] == 0.003
    assert chosen.scores == alone.scores


def test_rates_that_all_diverge_end_the_run(
    tmp_path: Path, tiny_base: Path, rows_csv: Path
) -> None:
    with pytest.raises(TrainingError, match="not a number"):
        from_scratch(tmp_path, tiny_base, rows_csv, "[1.0e+30]")
