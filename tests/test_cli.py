from __future__ import annotations

import importlib.metadata
import json
import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.cli import main
from pipeline.recipe import blocks
from pipeline.report import run_files
from pipeline.runner import Finished
from tests.report import example

RECIPES = Path(__file__).parent.parent / "recipes"

# Prints which of the heavy packages are there after --help, and after a fast check of a recipe.
_WATCH = """
import sys
from pipeline.cli import main
heavy = {"torch", "transformers", "numpy", "pyarrow", "sklearn", "datasets", "rich", "pydantic"}
try:
    main(["--help"])
except SystemExit as end:
    assert end.code == 0
print("HELP", sorted(heavy & set(sys.modules)))
assert main(["check", "--fast", sys.argv[1]]) == 0
print("CHECK", sorted({"accelerate", "datasets", "peft", "sklearn"} & set(sys.modules)))
"""


@pytest.fixture
def recipe(tmp_path: Path, tiny_base: Path, rows_csv: Path) -> Path:
    path = tmp_path / "reviews.yaml"
    path.write_text(
        "# Are reviews good or bad?  Run: make reviews\n"
        f"model: {tiny_base}\ntask: text-classification\ndata: {{train: {rows_csv}}}\n"
    )
    return path


@pytest.fixture
def finished(tmp_path: Path) -> Finished:
    """A finished run that nobody had to wait for."""
    run = tmp_path / "run"
    run.mkdir()
    example.build(run)
    return Finished(run, run_files.read_result(run))


def test_help_imports_nothing_heavy_and_a_fast_check_no_model(recipe: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WATCH, str(recipe)], capture_output=True, text=True, check=True
    )
    assert "usage: graft" in done.stdout
    assert "HELP []" in done.stdout
    assert "CHECK []" in done.stdout
    assert f"ready to run with: graft run {recipe}" in done.stdout


def test_python_m_pipeline_is_graft(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (script,) = importlib.metadata.entry_points(group="console_scripts", name="graft")
    assert script.load() is main
    monkeypatch.setattr(sys, "argv", ["graft", "--version"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("pipeline", run_name="__main__")
    assert end.value.code == 0
    assert capsys.readouterr().out == f"graft {__version__}\n"


def test_list_shows_every_recipe_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", str(RECIPES)]) == 0
    lines = capsys.readouterr().out.splitlines()
    files = sorted(RECIPES.rglob("*.yaml"))
    assert files
    assert len(lines) == len(files)
    for line, file in zip(lines, files, strict=True):
        name, _, description = line.partition("  ")
        assert name == str(file.relative_to(RECIPES).with_suffix(""))
        assert len(description.strip()) > 20
        assert "Run:" not in description


def test_list_says_where_there_is_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list", str(tmp_path)]) == 2
    assert "there are no recipes in this folder" in capsys.readouterr().err
    assert main(["list", str(tmp_path / "x")]) == 2
    assert "there is no such folder" in capsys.readouterr().err


def test_schema_prints_the_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == blocks.schema()


def test_check_shows_base_rows_and_labels(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--fast", str(recipe), "data.test=0.5"]) == 0
    said = capsys.readouterr().out
    assert "bert, 0 MB" in said
    assert "2 labels: negative, positive" in said
    assert "test          30" in said


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_missing_recipe_is_a_person_s_mistake(
    recipe: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(recipe.with_name("review.yaml"))]) == 2
    said = capsys.readouterr()
    assert "there is no such recipe" in said.err
    assert f"did you mean {recipe}?" in said.err
    assert said.out == ""


def test_run_finds_missing_files_before_it_loads_anything(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = tmp_path / "runs"
    assert main(["run", str(recipe), "--runs", str(runs), "data.train=no.csv", "model=./no"]) == 2
    said = capsys.readouterr()
    assert "error: 2 problems" in said.err
    assert "no.csv" in said.err
    assert said.out == ""
    assert not runs.exists()


def test_a_run_folder_that_cannot_be_made_is_told(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["run", str(recipe), "--runs", str(tmp_path / "file")]) == 2
    assert "a file stands where a folder is needed" in capsys.readouterr().err


def test_a_finished_run_names_only_files_that_are_there(
    recipe: Path,
    finished: Finished,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from pipeline import runner

    run, whole = finished.folder, finished.result
    card = run / "README.md"
    for exports in (whole.exports, []):
        card.touch() if exports else card.unlink()
        end = Finished(run, replace(whole, exports=exports))
        monkeypatch.setattr(runner, "run", lambda *_, end=end, **__: end)
        assert main(["run", str(recipe)]) == 0
        said = capsys.readouterr().out
        assert (f"model card:  {card}" in said) is bool(exports)
        assert (f"graft predict {run}" in said) is bool(exports)


def test_what_reads_on_is_offered_to_go_on(
    recipe: Path,
    finished: Finished,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from pipeline import runner

    run, whole = finished.folder, finished.result
    language = replace(whole, model={**whole.model, "pipeline_tag": "text-generation"})
    monkeypatch.setattr(runner, "run", lambda *_, **__: Finished(run, language))
    assert main(["run", str(recipe)]) == 0
    assert f"graft generate {run}" in capsys.readouterr().out


def test_overrides_may_stand_before_and_after_options(
    recipe: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["run", str(recipe), "train.epochs=x", "--runs", "r", "train.warmup=2"])
    assert code == 2
    assert "error: 2 problems" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["rnu"],
        ["run"],
        ["run", "x.yaml", "--epochs", "3"],
        ["list", ".", "x"],
        ["predict"],
    ],
)
def test_a_wrong_command_line_shows_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage: graft" in capsys.readouterr().err


def test_a_fault_of_ours_has_another_exit_code(
    recipe: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipeline import checking
    from pipeline.errors import Interrupted, ProofError

    for error, code in ((ProofError("differs"), 1), (Interrupted("stopped"), 130)):

        def fail(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(checking, "check", fail)
        assert main(["check", str(recipe)]) == code
        assert str(error) in capsys.readouterr().err
