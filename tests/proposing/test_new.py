"""``graft new`` as a person types it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pipeline.cli import main
from tests.proposing.data import KOREAN, table, write

CLASSES = table("text,category", "{text},{c}")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a Makefile, as the project's root is, in which one works."""
    write(tmp_path / "Makefile", "")
    write(tmp_path / "data" / "reviews.csv", CLASSES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_recipe_is_written_that_check_accepts(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "data/reviews.csv", "--yes", "--model", "someone/some-base"]) == 0
    said = capsys.readouterr().out
    assert "make reviews" in said
    assert "category: 3 classes: a, b, c" in said
    written = (project / "recipes" / "reviews.yaml").read_text()
    assert written.startswith("# Which of 3 classes does a text belong to?  Run: make reviews\n")
    assert "  columns: {label: category}" in written
    assert "train: data/reviews.csv" in written
    assert main(["check", "recipes/reviews.yaml"]) == 0


def test_paths_within_the_project_are_written_from_its_root(project: Path) -> None:
    assert main(["new", str(project / "data" / "reviews.csv"), "--yes"]) == 0
    assert "train: data/reviews.csv" in (project / "recipes" / "reviews.yaml").read_text()


def test_a_recipe_is_not_replaced_unasked(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = write(project / "recipes" / "reviews.yaml", "# mine\n")
    assert main(["new", "data/reviews.csv", "--yes"]) == 2
    assert "there is a recipe of this name already" in capsys.readouterr().err
    assert mine.read_text() == "# mine\n"
    assert main(["new", "data/reviews.csv", "--yes", "--force"]) == 0
    assert mine.read_text() != "# mine\n"


def test_another_place_and_name_are_taken(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "data/reviews.csv", "--yes", "--output", "mine/x.yaml"]) == 0
    assert "graft run mine/x.yaml" in capsys.readouterr().out
    assert main(["new", "data/reviews.csv", "--yes", "--name", "films"]) == 0
    assert (project / "recipes" / "films.yaml").is_file()


def test_where_nobody_can_be_asked_yes_is_needed(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["new", "data/reviews.csv"]) == 2
    assert "add --yes" in capsys.readouterr().err
    assert not (project / "recipes").exists()


def answers(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("\n".join(lines) + "\n"))


def test_returns_take_what_is_proposed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["new", "data/reviews.csv", "--yes", "--name", "taken"]) == 0
    answers(monkeypatch, "", "", "", "", "", "")
    assert main(["new", "data/reviews.csv", "--name", "asked"]) == 0
    taken, asked = (
        (project / "recipes" / f"{name}.yaml").read_text().replace(name, "NAME")
        for name in ("taken", "asked")
    )
    assert asked == taken


def test_a_person_changes_what_is_proposed(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project / "data" / "two.csv", table("text,title,label,kind", "{text},{other},{c},{c}x"))
    answers(monkeypatch, "", "title", "knid", "kind", "some/base", "mcc", "full")
    assert main(["new", "data/two.csv"]) == 0
    assert "there is no 'knid'; did you mean 'kind'?" in capsys.readouterr().out
    written = (project / "recipes" / "two.yaml").read_text()
    assert "columns: {text: title, label: kind}" in written
    assert "model: some/base" in written
    assert "evaluation: {metric: mcc}" in written
    assert "strategy: full" in written
    assert "export: [merged]" in written


def test_an_answer_that_never_comes_writes_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(""))
    assert main(["new", "data/reviews.csv"]) == 130
    assert not (project / "recipes").exists()


def test_what_check_would_refuse_is_said_at_once(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project / "data" / "rare.csv", CLASSES + "the only one of its kind,zebra\n")
    assert main(["new", "data/rare.csv", "--yes"]) == 0
    said = capsys.readouterr().out
    assert "the data has to be mended before it can run" in said
    assert "'zebra'" in said


def test_a_korean_base_is_said_to_need_the_hub(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project / "data" / "ko.csv", table("document,label", "{text},{c}", sentences=KOREAN))
    assert main(["new", "data/ko.csv", "--yes"]) == 0
    assert "the base is fetched from the Hub; without a network" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["data/gone.csv"], "there is no such file or folder"),
        (
            ["data/reviews.csv", "--task", "text-classfication"],
            "did you mean 'text-classification'",
        ),
        (["data/reviews.csv", "--config", "x"], "--config is of a data set on the Hub"),
    ],
)
def test_what_cannot_be_is_refused(
    project: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", *arguments, "--yes"]) == 2
    assert said in capsys.readouterr().err


def test_what_is_quoted_from_the_rows_cannot_break_the_recipe(project: Path) -> None:
    """A bell and a line separator in the class names: YAML takes neither in a comment."""
    rows = table("text,category", "{text},\N{BELL}\x07{c}\N{LINE SEPARATOR}x")
    write(project / "odd.csv", rows)
    assert main(["new", "odd.csv", "--yes", "--model", "someone/some-base"]) == 0
    written = (project / "recipes" / "odd.yaml").read_text(encoding="utf-8")
    assert "\x07" not in written
    assert "\N{REPLACEMENT CHARACTER}" in written
    assert main(["check", "recipes/odd.yaml"]) == 0
