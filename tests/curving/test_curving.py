"""A learning curve: nested, stratified sets, the same test rows, and points that are kept."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipeline import curving
from pipeline import recipe as recipes
from pipeline.contracts import ROW_ID, Silent
from pipeline.curving import plan
from pipeline.data.splitting import Roles, nested
from pipeline.errors import UserError
from pipeline.examples import Examples
from pipeline.recipe import Recipe
from pipeline.training import probe
from pipeline.training.contender import FineTuned
from tests.report.reading import parse


@pytest.fixture
def recipe(tmp_path: Path, tiny_base: Path, rows_csv: Path) -> Recipe:
    path = tmp_path / "reviews.yaml"
    path.write_text(
        f"model: {tiny_base}\n"
        "task: text-classification\n"
        f"data: {{train: {rows_csv}, test: 0.3, per_class: 2, validation: rest}}\n"
        "train: {max_steps: 2, batch_size: 8, validations: 1}\n"
        "baselines: [majority, tfidf]\n"
        "evaluation: {resamples: 1000}\n",
        encoding="utf-8",
    )
    return recipes.load(path)


def drawn(recipe: Recipe, runs: Path, sizes: list[int] | None) -> tuple[Path, curving.Curve]:
    return curving.curve(recipe, sizes=sizes, runs=runs, command="graft curve", report=Silent())


def test_a_curve_is_drawn_and_an_interrupted_one_goes_on(
    tmp_path: Path, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[int] = []
    passed: list[int] = []
    fit, features = FineTuned.fit, probe.features

    def counted(self: FineTuned, work: object) -> object:
        trained.append(work.train.num_rows)  # type: ignore[attr-defined]
        if trained == [8, 20]:
            raise KeyboardInterrupt
        return fit(self, work)  # type: ignore[arg-type]

    def watched(answering: object, head: object, examples: Examples, **how: object) -> np.ndarray:
        passed.append(len(examples))
        return features(answering, head, examples, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(FineTuned, "fit", counted)
    monkeypatch.setattr(probe, "features", watched)
    with pytest.raises(KeyboardInterrupt):
        drawn(recipe, tmp_path, [20, 8, 31])
    folder, found = drawn(recipe, tmp_path, [20, 8, 31])
    assert trained == [8, 20, 20, 31]
    # Training rows are seen once, but for those that the interrupted process saw: 8; 20; 11 more.
    assert [count for count in passed if count != found.rows["validation"]] == [8, 20, 11]
    assert [folder.name] == [path.name for path in (tmp_path / "reviews").glob("curve-*")]

    facts = json.loads((folder / "curve.json").read_text(encoding="utf-8"))
    assert [point["rows"] for point in facts["points"]] == [8, 20, 31]
    assert [one["name"] for one in facts["points"][0]["contenders"]] == [
        "lora",
        "majority",
        "tfidf",
    ]
    assert facts["crossing"]["sentence"] == found.crossing.sentence
    svg = (folder / "curve.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "<style>" in svg
    page = parse((folder / "curve.html").read_text(encoding="utf-8"))
    assert page.one("p", css="lead").text == found.crossing.sentence
    # What is finished is not gone on with.
    again, _ = drawn(recipe, tmp_path, [8])
    assert again != folder


def test_sizes_that_the_rows_cannot_give_are_refused_together(
    tmp_path: Path, recipe: Recipe
) -> None:
    with pytest.raises(UserError) as caught:
        drawn(recipe, tmp_path, [1, 8, 9_000])
    told = str(caught.value)
    assert "--rows 1: there are 2 classes, and each needs a row" in told
    assert "--rows 9,000: there are" in told
    assert not list(tmp_path.glob("reviews/*"))


def test_sizes_are_doubled_up_to_all_rows_where_none_are_given() -> None:
    assert plan.checked_sizes(None, most=100, least=2) == [16, 32, 64, 100]
    assert plan.checked_sizes(None, most=100, least=40) == [40, 80, 100]
    assert plan.checked_sizes(None, most=12, least=2) == [12]
    assert plan.checked_sizes([0, 50, 50], most=100, least=2) == [50, 100]


def test_a_curve_needs_baselines(recipe: Recipe) -> None:
    with pytest.raises(UserError, match="compares with baselines"):
        plan.with_all_rows(Recipe(**{**vars(recipe), "baselines": ()}))


def test_a_curve_needs_its_rows_in_memory(recipe: Recipe) -> None:
    data = recipe.data.model_copy(update={"streaming": True, "split": "hash"})
    with pytest.raises(UserError, match=r"(?s)streams them.*data\.streaming=false"):
        plan.with_all_rows(Recipe(**{**vars(recipe), "data": data}))


def test_every_beginning_of_the_rows_is_stratified_and_small_sets_lie_in_large_ones() -> None:
    labels = ["a"] * 60 + ["b"] * 30 + ["c"] * 9 + ["d"]
    table = pa.table({
        ROW_ID: [str(number) for number in range(100)],
        "text": [f"text {number}" for number in range(100)],
        "label": labels,
    })  # fmt: skip
    roles = Roles(texts=("text",), label="label")
    ordered = nested(table, roles=roles, seed=0)
    assert sorted(ordered[ROW_ID].to_pylist()) == sorted(table[ROW_ID].to_pylist())
    assert set(ordered["label"].to_pylist()[:4]) == set("abcd")
    for size in (10, 20, 50):
        counts = Counter(ordered["label"].to_pylist()[:size])
        for label, share in {"a": 0.6, "b": 0.3, "c": 0.09, "d": 0.01}.items():
            assert abs(counts[label] - share * size) <= 1.5
    other = nested(table, roles=roles, seed=1)
    assert other[ROW_ID].to_pylist() != ordered[ROW_ID].to_pylist()
    shuffled = nested(table.take(pa.array(range(99, -1, -1))), roles=roles, seed=0)
    assert shuffled[ROW_ID].to_pylist() == ordered[ROW_ID].to_pylist()


def test_an_adapter_to_begin_with_is_not_left_out_in_silence(
    tmp_path: Path, recipe: Recipe
) -> None:
    begun = replace(recipe, model=recipe.model.model_copy(update={"adapter": "me/reviews"}))
    with pytest.raises(UserError, match=r"model\.adapter"):
        drawn(begun, tmp_path / "runs", [8])
    assert not (tmp_path / "runs").exists()
