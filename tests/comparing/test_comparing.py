"""Runs side by side: the same rows only, and no number that means nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import comparing
from pipeline.contest import answer_files
from pipeline.contracts import ContenderResult, Json, RunResult, SeedResult, Silent
from pipeline.errors import GraftError
from pipeline.evaluation.ranking import Ranking
from pipeline.report import comparison_page
from tests.report.reading import parse

GOLD = np.random.default_rng(0).integers(0, 2, 300)


def wrong_on(start: int, stop: int) -> np.ndarray:
    answers = GOLD.copy()
    answers[start:stop] = 1 - answers[start:stop]
    return answers


def contender(name: str, answers: list[np.ndarray]) -> ContenderResult:
    shares = [float((each == GOLD).mean()) for each in answers]
    return ContenderResult(
        name=name,
        kind="fine-tuned" if name == "lora" else "baseline",
        scores={"accuracy": sum(shares) / len(shares), "macro_f1": 0.5},
        validation_score=0.5,
        interval=(0.0, 1.0),
        fit_seconds=10.0 if name == "lora" else 1.0,
        predict_seconds=0.3,
        size_bytes=1_000_000,
        trainable_parameters=1,
        total_parameters=1,
        seeds=[
            SeedResult(seed, {"accuracy": share}, 0.5, 1.0) for seed, share in enumerate(shares)
        ] if len(shares) > 1 else [],
    )  # fmt: skip


def write_run(folder: Path, answers: dict[str, list[np.ndarray]], **changes: Any) -> Path:
    result = RunResult(
        recipe=folder.parent.name,
        description="",
        task="text-classification",
        status="finished",
        metric="accuracy",
        higher_is_better=True,
        test_rows=len(GOLD),
        contenders=[contender(name, found) for name, found in answers.items()],
        verdict=None,
        exports=[],
        data={"labels": ["no", "yes"], "fingerprints": {"test": "a" * 64}},
        model={},
        provenance={},
    )
    folder.mkdir(parents=True)
    facts = {**asdict(result), **changes}
    (folder / "result.json").write_text(json.dumps(facts), encoding="utf-8")
    columns: dict[str, Any] = {answer_files.column("gold"): GOLD}
    for name, found in answers.items():
        for seed, each in enumerate(found):
            columns[answer_files.column(name, seed or None)] = each
    pq.write_table(pa.table(columns), folder / "predictions.parquet")
    (folder.parent / "latest").symlink_to(folder.name)
    return folder


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Two recipes with a baseline in common; one was trained with three seeds."""
    tfidf = [wrong_on(0, 90)]
    seeds = [wrong_on(250, 260), wrong_on(250, 262), wrong_on(250, 258)]
    write_run(tmp_path / "small" / "1", {"lora": [wrong_on(0, 80)], "tfidf": tfidf})
    write_run(tmp_path / "large" / "1", {"lora": seeds, "tfidf": tfidf})
    return tmp_path


def compared(folders: list[Path], metric: str | None = None) -> Ranking:
    return comparing.compare(folders, metric=metric, report=Silent())


def refused(folders: list[Path], metric: str | None = None) -> str:
    with pytest.raises(GraftError) as caught:
        compared(folders, metric)
    assert caught.value.exit_code == 2
    return str(caught.value)


def change(run: Path, changed: Callable[[Json], Any]) -> None:
    path = run / "result.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    changed(facts)
    path.write_text(json.dumps(facts), encoding="utf-8")


def test_folders_of_recipes_stand_for_their_newest_run(runs: Path) -> None:
    found = compared(sorted(runs.iterdir()))
    assert [one.name for one in found.competitors] == ["large", "small", "tfidf"]
    assert found.competitors[0].seeds == 3
    assert found.competitors[2].run == "large, small"
    decided = {(one.first, one.second): one.decided for one in found.matches}
    assert decided == {
        ("large", "small"): True, ("large", "tfidf"): True, ("small", "tfidf"): True,
    }  # fmt: skip


def test_two_runs_of_a_recipe_are_told_apart(runs: Path) -> None:
    write_again = runs / "other" / "2"
    write_run(write_again, {"lora": [GOLD], "tfidf": [wrong_on(0, 50)]})
    write_again.rename(runs / "small" / "2")
    found = compared([runs / "small" / "1", runs / "small" / "2"])
    names = {one.name for one in found.competitors}
    assert names == {"small/1", "small/2", "tfidf of small/1", "tfidf of small/2"}


def test_the_page_stands_alone(runs: Path, tmp_path: Path) -> None:
    path = tmp_path / "compare.html"
    comparison_page.write(compared([runs / "small", runs / "large"]), path)
    page = path.read_text(encoding="utf-8")
    sections = [each.attributes["id"] for each in parse(page).all("section")]
    assert sections == ["scores", "contenders", "tests", "costs"]
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_other_test_rows_are_refused(runs: Path) -> None:
    change(runs / "small" / "1", lambda facts: facts["data"]["fingerprints"].update(test="b" * 64))
    assert "was tested on other rows" in refused([runs / "large", runs / "small"])


def test_other_labels_are_refused(runs: Path) -> None:
    change(runs / "small" / "1", lambda facts: facts["data"].update(labels=["yes", "no"]))
    assert "small knows 2 labels" in refused([runs / "large", runs / "small"])


def test_other_metrics_are_refused_unless_one_is_chosen(runs: Path) -> None:
    change(runs / "small" / "1", lambda facts: facts.update(metric="macro_f1"))
    told = refused([runs / "large", runs / "small"])
    assert "large by accuracy, small by macro_f1" in told
    assert "--metric: accuracy, macro_f1" in told
    assert compared([runs / "large", runs / "small"], "accuracy").metric == "accuracy"
    assert "did you mean 'accuracy'" in refused([runs / "large", runs / "small"], "acuracy")


def test_another_version_is_refused(runs: Path) -> None:
    change(runs / "small" / "1", lambda facts: facts.update(version=99))
    assert "version 99" in refused([runs / "large", runs / "small"])


def test_a_score_that_is_no_number_is_refused(runs: Path) -> None:
    change(
        runs / "small" / "1",
        lambda facts: facts["contenders"][0]["scores"].update(accuracy=float("nan")),
    )
    told = refused([runs / "large", runs / "small"])
    assert "accuracy of lora is nan, which is no number" in told


def test_a_score_that_the_answers_do_not_reach_is_refused(runs: Path) -> None:
    change(
        runs / "small" / "1", lambda facts: facts["contenders"][0]["scores"].update(accuracy=0.99)
    )
    assert "its result says 0.99" in refused([runs / "large", runs / "small"])


def test_unfinished_runs_are_left_out_and_named(runs: Path) -> None:
    (runs / "begun" / "1").mkdir(parents=True)
    found = compared([runs / "begun", runs / "small", runs / "large"])
    assert [note for note in found.notes if "begun is left out" in note]
    assert "1 finished run is not enough" in refused([runs / "begun", runs / "small"])


def test_a_run_named_twice_is_one_run(runs: Path) -> None:
    assert "1 finished run" in refused([runs / "small", runs / "small" / "1"])


def test_a_folder_that_is_not_there_is_named(runs: Path) -> None:
    assert "there is no such folder" in refused([runs / "none", runs / "small"])


def test_answers_of_an_older_graft_are_refused(runs: Path) -> None:
    pq.write_table(pa.table({"gold": ["no"]}), runs / "small" / "1" / "predictions.parquet")
    assert "an older Graft wrote it" in refused([runs / "large", runs / "small"])


def test_gold_answers_that_were_changed_are_refused(runs: Path) -> None:
    path = runs / "small" / "1" / "predictions.parquet"
    table = pq.read_table(path)
    column = answer_files.column("gold")
    changed = table.set_column(table.column_names.index(column), column, pa.array(1 - GOLD))
    pq.write_table(changed, path)
    assert "its gold answers are not those of large" in refused([runs / "large", runs / "small"])


@pytest.mark.parametrize(
    "answers",
    [
        np.array([3, 1, 2]),
        np.array([0.5, 1.5]),
        np.array([[1, 0], [0, 1]]),
        np.fromiter(["a", "b"], dtype=object),
        np.fromiter([("B-X", "O"), ("O",)], dtype=object),
        np.fromiter([(), ("one", "two")], dtype=object),
        np.fromiter([(), ()], dtype=object),
    ],
    ids=["ids", "numbers", "sets", "texts", "tags", "answers", "no answers"],
)
def test_answers_come_back_as_they_were(answers: np.ndarray) -> None:
    found = answer_files.as_array(pa.chunked_array([answer_files.as_column(answers)]))
    assert found.dtype == answers.dtype
    assert found.shape == answers.shape
    assert found.tolist() == answers.tolist()
