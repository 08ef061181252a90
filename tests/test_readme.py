"""Every command in the README is run: here, or by the script that runs before a change lands."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.recipe import load
from tests.hub.reviews import reviews

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ("README", "docs/results")
"""Pages that are there in English and in Korean."""
LANDING = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

_RECIPE = "recipes/docs-topics-bert-lora.yaml"
_RUN = "runs/docs-topics-bert-lora/latest"
BY_LANDING = {"make demo", "make test"}
BY_DEMO = {
    f"graft run {_RECIPE}",
    f"graft show {_RUN}",
    f'graft predict {_RUN} "Compute the inverse of a matrix."',
    f'graft predict {_RUN}:tfidf "Compute the inverse of a matrix." --to jsonl',
    f"graft export {_RUN} merged onnx onnx-int8",
}
HERE = {
    f"graft check {_RECIPE} --fast",
    "graft list",
    "graft schema",
    'graft score builtin:gpt-docs "Compute the inverse of a matrix." '
    '"Matrix a of inverse the compute."',
    'graft generate builtin:gpt-docs "Return the" --max-tokens 20',
}
TICKETS = (
    "graft new tickets.csv --yes",
    "make check RECIPE=tickets",
    "make tickets",
    "graft predict runs/tickets/latest --input new.csv --output answers.csv",
)
AT_THE_HUB = {
    f"graft push {_RUN} --repo me/topics",
    "graft predict hub:me/topics --input new.csv --output answers.csv",
}
"""What tests/hub/test_pushing.py does with a run and a repository of its own."""


_FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
_FIGURE = re.compile(r"(?<![\w.,-])-?\d+(?:[.,]\d+)*[%M]?")
"""A number of its own, not the 2 of GPT-2; words of units differ between languages."""


def _blocks(language: str) -> list[str]:
    return [block for name, block in _FENCED.findall(README) if name == language]


def _headings(page: str) -> list[str]:
    """The marks of each heading; a comment in a block is none."""
    return re.findall(r"^(#+) ", _FENCED.sub("", page), flags=re.MULTILINE)


def _figures_of_rows(page: str) -> list[list[str]]:
    """The figures of each table's row, in no order: that of the words differs."""
    rows = re.findall(r"^\|.*\|$", _FENCED.sub("", page), flags=re.MULTILINE)
    return [sorted(_FIGURE.findall(row)) for row in rows]


def _commands() -> set[str]:
    lines = "\n".join(_blocks("sh")).splitlines()
    return {line.partition("  #")[0].strip() for line in lines if line.strip()}


def test_every_command_of_the_readme_is_known_to_a_test() -> None:
    assert _commands() == BY_LANDING | BY_DEMO | HERE | set(TICKETS) | AT_THE_HUB
    pushing = (ROOT / "tests" / "hub" / "test_pushing.py").read_text(encoding="utf-8")
    assert '"push"' in pushing
    assert '"predict", "hub:' in pushing or "hub:" in pushing


def test_the_landing_script_runs_the_two_commands_and_looks_at_the_demo() -> None:
    check = (ROOT / ".ci" / "check_demo.py").read_text(encoding="utf-8")
    lines = LANDING.splitlines()
    assert lines[-3:] == ["make test-all", "make demo", ".venv/bin/python .ci/check_demo.py"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "test-all: test " in makefile
    assert "demo: docs-topics-bert-lora" in makefile
    assert _RUN in check
    for command in BY_DEMO - {f"graft run {_RECIPE}"}:
        words = [word.replace(_RUN, "") for word in shlex.split(command)[1:]]
        assert all(word in check for word in words), command


@pytest.mark.parametrize("command", sorted(HERE))
def test_a_command_runs_as_it_stands(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out.strip()


def test_own_data_as_the_readme_tells_it(tmp_path: Path) -> None:
    """An own CSV, the recipe that is proposed for it, and all four commands as they stand."""
    venv = ROOT / ".venv"
    if not (venv / "ready").is_file():
        pytest.skip("the environment was not made by make, which is what this tests")
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy2(ROOT / name, tmp_path / name)
    rows = "\n".join(f'"{text}",{"praise" if good else "trouble"}' for text, good in reviews(80))
    (tmp_path / "tickets.csv").write_text(f"body,team\n{rows}\n", encoding="utf-8")
    (tmp_path / "new.csv").write_text("body\nA kind and clever film\n", encoding="utf-8")
    for command in TICKETS:
        words = command.split()
        if words[0] == "make":
            words += [f"VENV={venv}", "-o", str(venv / "ready")]
        else:
            words[0] = str(venv / "bin" / "graft")
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + done.stdout
        if command == "make tickets":
            assert "95% interval" in done.stdout
    result = json.loads((tmp_path / "runs/tickets/latest/result.json").read_text(encoding="utf-8"))
    assert result["exports"]
    assert all(export["proved"] for export in result["exports"])
    with (tmp_path / "answers.csv").open(encoding="utf-8") as answers:
        (answer,) = csv.DictReader(answers)
    assert answer["label"] in {"praise", "trouble"}


def test_the_recipe_of_the_readme_is_one(tmp_path: Path) -> None:
    recipe = next(block for block in _blocks("yaml") if "tickets.csv" in block)
    (tmp_path / "tickets.yaml").write_text(recipe, encoding="utf-8")
    found = load(tmp_path / "tickets.yaml")
    assert found.data.columns == {"text": "body", "label": "team"}


def test_the_wrong_recipe_of_the_readme_is_answered_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = next(block for block in _blocks("text") if "error:" in block)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "tickets.yaml").write_text(WRONG, encoding="utf-8")
    assert main(["check", "recipes/tickets.yaml"]) == 2
    assert capsys.readouterr().err.strip() == shown.strip()


@pytest.mark.parametrize("name", PAGES)
def test_a_korean_page_shows_the_same_blocks(name: str) -> None:
    english, korean = _both(name)
    assert _FENCED.findall(korean) == _FENCED.findall(english)


@pytest.mark.parametrize("name", PAGES)
def test_a_korean_page_holds_the_figures_of_every_table(name: str) -> None:
    english, korean = _both(name)
    rows = _figures_of_rows(english)
    assert sum("." in figure for row in rows for figure in row) > 10
    assert _figures_of_rows(korean) == rows


@pytest.mark.parametrize("name", PAGES)
def test_a_korean_page_has_the_same_headings(name: str) -> None:
    english, korean = _both(name)
    assert {"#", "##"} <= set(_headings(english))
    assert _headings(korean) == _headings(english)


def _both(name: str) -> tuple[str, str]:
    """A page in English and in Korean."""
    english, korean = ((ROOT / f"{name}{end}").read_text("utf-8") for end in (".md", ".ko.md"))
    return english, korean


WRONG = """\
# A recipe with four mistakes
model: builtin:minilm
task: text-classification
data:
  trian: tickets.csv
  columns: {text: body, lable: team}
strategy: {name: lorra}
train: {epochs: -1}
"""
