"""A run's baselines can be used again, as they answered in the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import contest
from pipeline.baselines.ngram_lm import NgramLm
from pipeline.contracts import ROW_ID, Silent, Splits
from pipeline.errors import ModelError
from pipeline.evaluation.spec import EvaluationSpec
from pipeline.hub import repositories
from pipeline.opening import open_model
from pipeline.runner import Finished
from tests.baselines.languages import work


def test_a_kept_baseline_answers_as_it_did_in_the_run(finished_run: Finished) -> None:
    known = pq.read_table(finished_run.folder / "predictions.parquet")
    labels = ("negative", "positive")

    for name in ("majority", "tfidf"):
        model = open_model(f"{finished_run.folder}:{name}", Silent())
        table = pa.table({ROW_ID: known[ROW_ID], "text": known["text"]})
        answers = model.predict(table, Silent()).answers
        assert [labels[answer] for answer in answers] == known[name].to_pylist()


def test_a_run_answers_by_its_export(finished_run: Finished) -> None:
    known = pq.read_table(finished_run.folder / "predictions.parquet")
    for name in (finished_run.folder, finished_run.folder / finished_run.result.exports[0].path):
        model = open_model(str(name), Silent())
        table = pa.table({ROW_ID: known[ROW_ID], "text": known["text"]})
        found = model.predict(table, Silent())
        assert found.scores is not None
        np.testing.assert_allclose(
            found.scores.max(axis=1), known["lora/score"].to_numpy(), atol=1e-4
        )


def test_what_is_kept_weighs_what_the_run_says(finished_run: Finished) -> None:
    for item in finished_run.result.contenders[1:]:
        folder = finished_run.folder / "baselines" / item.name
        sizes = {file.name: file.stat().st_size for file in folder.iterdir()}
        assert sizes.pop("baseline.json")
        assert sum(sizes.values()) == item.size_bytes


def test_a_baseline_under_another_name_is_opened_by_that(tmp_path: Path) -> None:
    here = work("causal-lm")
    splits = Splits(here.train, here.validation, here.validation, fingerprints={})
    names = {}
    for options in ({"as": "first"}, {"as": "second", "smoothings": ["add-k"]}):
        baseline = NgramLm.model_validate({**options, "alphabets": ["characters"], "orders": [2]})
        entry = contest.enter(
            baseline,
            here,
            splits,
            spec=EvaluationSpec(resamples=1000),
            called=baseline.called,
            keep=tmp_path / contest.BASELINES / baseline.called,
        )
        names[entry.result.name] = entry.result.notes

    assert list(names) == ["first", "second"]
    for name, notes in names.items():
        found: Any = open_model(f"{tmp_path}:{name}", Silent())
        assert found.notes == notes


def test_names_that_stand_for_nothing_are_refused(finished_run: Finished) -> None:
    with pytest.raises(ModelError, match="there is no baseline 'tfdif'"):
        open_model(f"{finished_run.folder}:tfdif", Silent())
    with pytest.raises(ModelError, match="did you mean"):
        open_model(f"{finished_run.folder}x", Silent())


def test_what_was_pushed_opens_by_its_name(
    finished_run: Finished, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also where a folder is called as the Hub is: no baseline is meant."""
    asked: list[str] = []

    def fetch(name: str, report: Silent, *, facts: bool) -> tuple[Path, str]:
        asked.append(name)
        return finished_run.folder / "adapter", "8" * 40

    monkeypatch.setattr(repositories, "fetch", fetch)
    (tmp_path / "hub").mkdir()
    monkeypatch.chdir(tmp_path)
    known = pq.read_table(finished_run.folder / "predictions.parquet")
    model = open_model("hub:me/name@v1", Silent())
    answers = model.predict(pa.table({ROW_ID: known[ROW_ID], "text": known["text"]}), Silent())
    assert answers.answers.tolist() == [
        ("negative", "positive").index(answer) for answer in known["lora"].to_pylist()
    ]
    assert asked == ["hub:me/name@v1"]
