"""A recipe with several seeds: each is trained once, all of them judged together."""

from __future__ import annotations

import inspect
import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import components, runner
from pipeline import recipe as recipes
from pipeline.contest import answer_files
from pipeline.contracts import Silent
from pipeline.errors import RecipeError
from pipeline.report import run_files
from pipeline.training.contender import FineTuned


def write(home: Path, base: Path, rows: Path, more: str) -> Path:
    path = home / "seeds.yaml"
    path.write_text(
        f"model: {base}\n"
        "task: text-classification\n"
        f"data: {{train: {rows}, test: 0.3}}\n"
        "train: {max_steps: 2, batch_size: 8, validations: 1}\n"
        "baselines: [majority]\n"
        f"evaluation: {{resamples: 1000}}\n{more}",
        encoding="utf-8",
    )
    return path


def test_every_seed_is_trained_once_and_all_are_judged(
    tmp_path: Path, tiny_base: Path, rows_csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = recipes.load(write(tmp_path, tiny_base, rows_csv, "seeds: [3, 5, 8]\n"))
    trained: list[int] = []
    fit = FineTuned.fit

    def counted(self: FineTuned, work: object) -> object:
        trained.append(work.seed)  # type: ignore[attr-defined]
        if trained == [5, 8]:
            raise KeyboardInterrupt
        return fit(self, work)  # type: ignore[arg-type]

    monkeypatch.setattr(FineTuned, "fit", counted)
    how = {"runs": tmp_path / "runs", "command": "", "report": Silent()}
    with pytest.raises(KeyboardInterrupt):
        runner.run(recipe, resume=False, **how)  # type: ignore[arg-type]
    finished = runner.run(recipe, resume=True, **how)  # type: ignore[arg-type]
    assert finished is not None
    # Seed 5 was done when the run was interrupted; the first one's model is the run's.
    assert trained == [5, 8, 8, 3]

    read = run_files.read_result(finished.folder)
    ours = next(one for one in read.contenders if one.kind == "fine-tuned")
    assert [one.seed for one in ours.seeds] == [3, 5, 8]
    scores = [one.scores["accuracy"] for one in ours.seeds]
    assert ours.scores["accuracy"] == pytest.approx(sum(scores) / 3)
    assert ours.spread("accuracy") == (min(scores), max(scores))
    assert read.verdict is not None
    assert read.verdict.test == "paired bootstrap over rows, Student's t over 3 seeds"
    assert "(mean of 3 seeds, " in read.verdict.sentence
    assert set(read.verdict.cost) == {"point", "extra", "a_point"}
    majority = next(one for one in read.contenders if one.name == "majority")
    assert list(majority.seeds) == []
    log = (finished.folder / "log.jsonl").read_text(encoding="utf-8")
    assert json.loads(log.splitlines()[-1])
    assert answer_files.is_kept(finished.folder / "seeds" / "8" / "lora")


def test_seeds_are_a_list_of_different_whole_numbers(tmp_path: Path) -> None:
    for written, told in {
        "seeds: 3": "a list of seeds to train with, found 3",
        "seeds: [0, 1, 0]": "0 is listed twice",
        "seeds: [0, -1]": "a whole number from 0",
        "seeds: [0, yes]": "a whole number from 0",
    }.items():
        path = write(tmp_path, tmp_path, tmp_path / "rows.csv", f"{written}\n")
        with pytest.raises(RecipeError, match=told):
            recipes.load(path)


def test_seeds_come_back_from_a_resolved_recipe(tmp_path: Path) -> None:
    path = write(tmp_path, tmp_path, tmp_path / "rows.csv", "seeds: [4, 2]\nseed: 9\n")
    loaded = recipes.load(path)
    assert (loaded.seed, loaded.training_seeds) == (9, (4, 2))
    assert replace(loaded, seeds=()).training_seeds == (9,)
    again = tmp_path / "again.yaml"
    again.write_text(loaded.to_yaml(), encoding="utf-8")
    assert recipes.load(again).training_seeds == (4, 2)


@pytest.mark.parametrize("name", components.available("baselines"))
def test_a_baseline_that_trains_with_a_seed_says_so(name: str) -> None:
    baseline = components.load("baselines", name)
    files = {inspect.getfile(kind) for kind in baseline.__mro__ if "baselines" in kind.__module__}
    source = "".join(Path(file).read_text(encoding="utf-8") for file in sorted(files))
    # Those that only draw an order of rows, or a part of them, come out the same but for noise.
    trains = "Training(" in source or "work.from_scratch(" in source
    assert baseline.seeded == trains
