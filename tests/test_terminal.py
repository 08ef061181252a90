from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.errors import Problem, RecipeError
from pipeline.report import run_files
from pipeline.terminal import TerminalReporter, show_error, show_result
from tests.report import example

MARKUP = "[red]not red[/] [/b] :warning: C:\\"


def test_without_a_terminal_there_are_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    report = TerminalReporter()
    report.stage("Data")
    report.note("60 rows")
    report.warn("2 rows are cut")
    report.table("Labels", ("label", "rows"), [("good", "1,000"), ("bad", "20")])
    assert capsys.readouterr().out.splitlines() == [
        "==> Data",
        "    60 rows",
        "    warning: 2 rows are cut",
        "Labels",
        "label   rows",
        "good   1,000",
        "bad       20",
    ]


def test_a_person_s_words_are_never_read_as_markup(capsys: pytest.CaptureFixture[str]) -> None:
    report = TerminalReporter()
    report.stage(MARKUP)
    report.note(MARKUP)
    report.warn(MARKUP)
    report.table(MARKUP, (MARKUP,), [(MARKUP,)])
    show_error(RecipeError([Problem(MARKUP, MARKUP, MARKUP)]))
    said = capsys.readouterr()
    assert said.out.count(MARKUP) == 6
    assert said.err.count(MARKUP) == 3


def test_nothing_is_cut_off_where_no_terminal_says_how_wide_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = ["x" * 30, "y" * 30, "z" * 30]
    TerminalReporter().table("Wide", names, [names])
    said = capsys.readouterr().out
    assert all(said.count(name) == 2 for name in names)
    assert "…" not in said


@pytest.mark.parametrize("stderr", [False, True])
def test_progress_prints_a_line_now_and_then(
    stderr: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 1.0, 2.5, 3.0])
    monkeypatch.setattr("pipeline.terminal.time.monotonic", lambda: next(clock))
    with TerminalReporter(stderr=stderr).progress("training", 30) as advance:
        for _ in range(3):
            advance(10)
    said = capsys.readouterr()
    line = "    training: 20/30, 2 s\n"
    assert (said.out, said.err) == (("", line) if stderr else (line, ""))


def test_what_has_no_known_end_is_counted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 2.5])
    monkeypatch.setattr("pipeline.terminal.time.monotonic", lambda: next(clock))
    with TerminalReporter().progress("reading", None) as advance:
        advance(10)
    assert capsys.readouterr().out == "    reading: 10, 2 s\n"
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    with TerminalReporter(console).progress("reading", None) as advance:
        advance(30)
    assert "30/?" in screen.getvalue()


def test_a_terminal_gets_a_bar_that_goes_away() -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    with TerminalReporter(console).progress("[b]training[/]", 30) as advance:
        advance(30)
    said = screen.getvalue()
    assert "[b]training[/]" in said
    assert "30/30" in said
    assert said.endswith("\x1b[2K")  # the line is cleared


def test_errors_go_to_standard_error_with_place_and_hint(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_error(RecipeError("unknown key", place="x.yaml:3", hint="did you mean 'y'?"))
    show_error(RecipeError([Problem("one"), Problem("two", "x.yaml:4")]))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "error:",
        "  x.yaml:3: unknown key",
        "    did you mean 'y'?",
        "error: 2 problems",
        "  one",
        "  x.yaml:4: two",
    ]


def test_the_result_shows_every_contender_best_first_and_the_verdict(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    example.build(tmp_path)
    result = run_files.read(tmp_path).result
    show_result(result, TerminalReporter().console)
    said = capsys.readouterr().out
    assert result.verdict is not None
    assert result.verdict.sentence in said
    scores = {item.name: item.scores[result.metric] for item in result.contenders}
    rows = said.splitlines()[3 : 3 + len(scores)]
    names = [next(name for name in scores if row.startswith(f"{name} ")) for row in rows]
    assert sorted(names) == sorted(scores)
    assert [scores[name] for name in names] == sorted(scores.values(), reverse=True)
