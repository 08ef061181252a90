"""Sets of labels and numbers: a whole run each, and answers from its exports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline import recipe as recipes
from pipeline import runner, storage
from pipeline.cli import main
from pipeline.contracts import Silent
from pipeline.runner import Finished
from pipeline.training.linear_heads import PENALTIES
from tests.hub.reviews import reviews

RECIPE = """\
# What else can be asked of reviews?
model: {base}
task: {task}
data: {{train: {rows}, test: 0.3}}
train: {{epochs: 1, batch_size: 8}}
baselines: {baselines}
evaluation: {{resamples: 1000}}
export: [adapter, merged]
"""


def finished(home: Path, base: Path, rows: list[dict[str, Any]], **how: str) -> Finished:
    source, path = home / "rows.jsonl", home / "mine.yaml"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    path.write_text(RECIPE.format(base=base, rows=source, **how), encoding="utf-8")
    found = runner.run(
        recipes.load(path), runs=home / "runs", resume=False, command="graft run", report=Silent()
    )
    assert found is not None
    return found


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Finished:
    rows = [
        {"text": text, "label": ["good"] * good + ["long"] * (len(text) > 45)}
        for text, good in reviews(60)
    ]
    return finished(
        tmp_path_factory.mktemp("sets"),
        tiny_base,
        rows,
        task="{name: text-classification, multi_label: true, class_weights: balanced}",
        baselines="[majority, tfidf, from-scratch, probe]",
    )


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Finished:
    rows = [
        {"text": text, "text_pair": text[::-1], "value": 1990 + 5 * good + n % 2}
        for n, (text, good) in enumerate(reviews(60))
    ]
    return finished(
        tmp_path_factory.mktemp("numbers"),
        tiny_base,
        rows,
        task="text-regression",
        baselines="[mean, similarity, from-scratch, probe]",
    )


def answered(folder: Path, rows: list[dict[str, str]], home: Path) -> list[dict[str, Any]]:
    source, output = home / "in.jsonl", home / "out.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert main(["predict", str(folder), "--input", str(source), "--output", str(output)]) == 0
    return [json.loads(line) for line in output.read_text("utf-8").splitlines()]


def test_a_run_scores_sets_of_labels_and_writes_them_in_words(sets: Finished) -> None:
    fine_tuned = sets.result.contenders[0]
    assert set(fine_tuned.scores) == {"micro_f1", "macro_f1", "subset_accuracy"}
    assert [row["label"] for row in fine_tuned.details["per_class"]] == ["good", "long"]
    table = pq.read_table(sets.folder / "predictions.parquet")
    assert set(table["gold"].to_pylist()) <= {"", "good", "long", "good, long"}
    assert sets.result.verdict is not None
    assert "still gets one" not in (sets.folder / "README.md").read_text("utf-8")
    for name in ("report.html", "README.md"):
        assert "micro-F1" in (sets.folder / name).read_text("utf-8")


@pytest.mark.parametrize("export", ["adapter", "merged"])
def test_thresholds_travel_with_an_export_and_answer_there(
    sets: Finished, export: str, tmp_path: Path
) -> None:
    facts = storage.read_json(sets.folder / export / "graft.json")
    tuned = sets.result.contenders[0].notes["thresholds"]
    assert facts["task"]["thresholds"] == tuned
    assert set(facts["task"]["class_weights"]) == set(tuned) == {"good", "long"}
    card = (sets.folder / export / "README.md").read_text("utf-8")
    assert str(tuned["good"]) in card

    known = pq.read_table(sets.folder / "predictions.parquet").to_pylist()
    found = answered(sets.folder / export, [{"text": row["text"]} for row in known], tmp_path)
    assert [", ".join(row["label"]) for row in found] == [row["lora"] for row in known]
    assert all(len(row["label"]) == len(row["score"]) for row in found)


def test_a_run_scores_numbers(numbers: Finished) -> None:
    by_name = {one.name: one for one in numbers.result.contenders}
    assert set(by_name["lora"].scores) == {"pearson", "spearman", "mse", "mae"}
    assert by_name["mean"].scores["pearson"] == 0
    table = pq.read_table(numbers.folder / "predictions.parquet")
    assert all(1980 < float(answer) < 2010 for answer in table["mean"].to_pylist())
    assert (numbers.folder / "report.html").is_file()


@pytest.mark.parametrize("export", ["adapter", "merged"])
def test_numbers_are_answered_in_the_persons_units(
    numbers: Finished, export: str, tmp_path: Path
) -> None:
    assert storage.read_json(numbers.folder / export / "graft.json")["task"]["scale"] == 1
    known = pq.read_table(numbers.folder / "predictions.parquet").to_pylist()
    rows = [dict(zip(("text", "text_pair"), row["text"].split("\n"), strict=True)) for row in known]
    found = answered(numbers.folder / export, rows, tmp_path)
    assert [row["value"] for row in found] == pytest.approx(
        [float(row["lora"]) for row in known], abs=0.02
    )
    assert not any("score" in row for row in found)


def test_a_probe_weighs_the_base_that_it_looks_through(sets: Finished, numbers: Finished) -> None:
    for run in (sets, numbers):
        found = {one.name: one for one in run.result.contenders}
        probe, fine_tuned = found["probe"], found["lora"]
        assert probe.notes["base_bytes"] == fine_tuned.notes["base_bytes"] > 0
        assert probe.size_bytes == probe.notes["base_bytes"] + probe.notes["saved_bytes"]
        assert probe.total_parameters > probe.trainable_parameters
        assert probe.notes["c"] in PENALTIES
