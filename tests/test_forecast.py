"""What a run would take, from a few steps of its own loop."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import bases, forecast
from pipeline import recipe as recipes
from pipeline.checking import check
from pipeline.contracts import Silent
from pipeline.data.sources import load
from pipeline.forecast import Forecast
from tests.test_checking import Listening


@pytest.fixture
def recipe(tmp_path: Path, tiny_base: Path, rows_csv: Path) -> Path:
    path = tmp_path / "reviews.yaml"
    path.write_text(
        f"# Reviews.\nmodel: {tiny_base}\ntask: text-classification\n"
        f"data: {{train: {rows_csv}}}\ntrain: {{batch_size: 4, epochs: 5}}\n",
        encoding="utf-8",
    )
    return path


def measured(path: Path, *overrides: str) -> tuple[Forecast, int]:
    recipe = recipes.load(path, overrides)
    splits = load(recipe.data, recipe.task, seed=0, report=Silent())
    base = bases.resolve(recipe.model.id)
    return forecast.measure(recipe, base, splits, report=Silent()), splits.train.num_rows


def test_the_steps_are_those_of_the_run(recipe: Path) -> None:
    found, rows = measured(recipe)
    assert found.steps == 5 * -(-rows // 4)
    assert found.measured == 4
    assert found.step_seconds > 0
    assert found.seconds > found.steps * found.step_seconds
    assert found.peak_bytes > 50e6
    assert measured(recipe, "train.max_steps=3")[0].steps == 3


def test_oversampling_makes_a_run_longer(recipe: Path, rows_csv: Path, tmp_path: Path) -> None:
    lines = rows_csv.read_text(encoding="utf-8").splitlines()
    few = [line for n, line in enumerate(lines) if line.endswith("positive") or n % 5 == 0]
    (tmp_path / "few.csv").write_text("\n".join(few) + "\n", encoding="utf-8")
    data = f"data.train={tmp_path / 'few.csv'}"
    plain, even = (
        measured(recipe, data, f"train.oversample={how}") for how in ("none", "balanced")
    )
    assert even[0].steps > plain[0].steps


def test_a_check_ends_with_what_it_would_take_unless_it_is_to_be_fast(recipe: Path) -> None:
    slow, fast = Listening(), Listening()
    check(recipes.load(recipe), report=slow)
    check(recipes.load(recipe), fast=True, report=fast)
    assert "steps of" in slow.notes[-2]
    assert slow.notes[-1].startswith("measured on 4 steps")
    assert not any("steps" in note for note in fast.notes)


def test_a_base_that_is_not_on_this_disk_is_left_for_the_run(
    recipe: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    report = Listening()
    check(recipes.load(recipe, ["model.id=nobody/nothing-at-all"]), report=report)
    assert any(
        "nobody/nothing-at-all will be fetched from the Hub" in note for note in report.notes
    )
    assert any("nothing wrong with" in note for note in report.notes)
    assert not any("steps of" in note for note in report.notes)


@pytest.mark.parametrize(
    ("seconds", "said"), [(9, "9 s"), (119, "119 s"), (200, "3 min"), (9000, "2 h")]
)
def test_lengths_of_time_are_said_in_their_unit(seconds: float, said: str) -> None:
    assert forecast._span(seconds) == said
