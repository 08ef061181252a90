"""What ``graft check`` shows of the rows: as the model will see them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline import recipe as recipes
from pipeline.checking import check
from pipeline.contracts import Silent
from tests.training.families import BUILDERS


class Listening(Silent):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, message: str) -> None:
        self.notes.append(message)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return BUILDERS["gpt2"](tmp_path_factory.mktemp("base") / "gpt2")


@pytest.mark.parametrize("times", [1, 60])
def test_two_rows_are_shown_with_what_is_learnt_in_brackets(
    times: int, base: Path, tmp_path: Path
) -> None:
    rows = [{"text": f"row {n} " + "the film " * times, "target": f"the {n}"} for n in range(30)]
    data = tmp_path / "rows.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    path = tmp_path / "recipe.yaml"
    path.write_text(
        f"# Rows.\nmodel: {base}\ntask: {{name: seq2seq, max_target_length: 8}}\n"
        f"data: {{train: {data}}}\nbaselines: [lead]\n",
        encoding="utf-8",
    )
    report = Listening()
    check(recipes.load(path), fast=True, report=report)
    shown = report.notes[-2:]
    for note in shown:
        assert note.startswith("row ")
        assert note.endswith("</s>\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}")
        assert "\n    \N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}the " in note
        assert len(note) < 700
    assert shown[0] != shown[1]
