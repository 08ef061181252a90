"""What a person sees: stages, notes, progress bars, tables. Only the CLI uses this."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from pipeline.contracts import ContenderResult, RunResult
from pipeline.errors import GraftError

if TYPE_CHECKING:
    from pipeline.evaluation.ranking import Ranking

_WIDTH = 160
"""Columns of a table where no terminal says how wide it is: nothing is cut off in a log."""

_ONE_WORD = 12
"""Characters up to which a column of words is never folded."""

_QUIET_S = 2.0
"""Where no terminal shows a bar, a line is printed about this often."""


class TerminalReporter:
    """Bars where there is a terminal, lines where there is none.

    On standard output, or on standard error where the output is for answers alone.
    """

    def __init__(self, console: Console | None = None, *, stderr: bool = False) -> None:
        self.console = console or _console(stderr=stderr)

    def stage(self, title: str) -> None:
        """A heading."""
        self.console.print(Text.assemble(("==> ", "bold cyan"), (title, "bold")))

    def note(self, message: str) -> None:
        """An indented line."""
        self.console.print(Text(f"    {message}"))

    def warn(self, message: str) -> None:
        """An indented line that stands out."""
        self.console.print(Text.assemble(("    warning: ", "yellow"), message))

    def table(
        self,
        title: str,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        prose: bool = False,
    ) -> None:
        """Numbers are set to the right; sentences are folded to fit."""
        table = _prose(title, head, rows) if prose else _table(title, head)
        for row in rows:
            table.add_row(*map(Text, row))
        self.console.print(table)

    @contextmanager
    def progress(self, title: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """A bar that goes away when it is done."""
        if not self.console.is_terminal:
            with self._lines(title, total) as advance:
                yield advance
            return
        bar = Progress(
            TextColumn("    {task.description}", markup=False),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self.console,
            transient=True,
        )
        with bar:
            task = bar.add_task(title, total=total)
            yield lambda done: bar.advance(task, done)

    @contextmanager
    def _lines(self, title: str, total: int | None) -> Iterator[Callable[[int], None]]:
        started = shown = time.monotonic()
        done = 0
        of = "" if total is None else f"/{total}"

        def advance(steps: int) -> None:
            nonlocal done, shown
            done += steps
            now = time.monotonic()
            if now - shown >= _QUIET_S:
                shown = now
                self.note(f"{title}: {done}{of}, {now - started:.0f} s")

        yield advance


def _console(*, stderr: bool) -> Console:
    """Names and messages are a person's words: no markup and no emoji is read into them."""
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _WIDTH
    return console


def _table(title: str, head: Sequence[str]) -> Table:
    table = Table(title=Text(title), title_justify="left", box=None, pad_edge=False)
    for number, name in enumerate(head):
        table.add_column(Text(name), justify="right" if number else "left", no_wrap=True)
    return table


def _prose(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Columns of words are folded, those of one word each are not."""
    table = Table(title=Text(title) if title else None, title_justify="left", box=None)
    for name, *cells in zip(head, *rows, strict=True):
        table.add_column(Text(name), no_wrap=max(map(len, cells)) <= _ONE_WORD, overflow="fold")
    return table


def show_error(error: GraftError) -> None:
    """Every problem on standard error, its hint below it."""
    console = _console(stderr=True)
    count = len(error.problems)
    console.print(Text.assemble(("error:", "bold red"), f" {count} problems" if count > 1 else ""))
    for problem in error.problems:
        place = f"{problem.place}: " if problem.place else ""
        console.print(Text.assemble("  ", (place, "bold"), problem.message))
        if problem.hint:
            console.print(Text(f"    {problem.hint}", "dim"))
    sys.stderr.flush()


def show_result(result: RunResult, console: Console) -> None:
    """The contenders, best first, and the verdict."""
    show_contenders(result, console)
    show_verdict(result, console)


def show_contenders(result: RunResult, console: Console) -> None:
    """A line a contender, the best first."""
    heads = ("contender", result.metric, "95% interval", "fit", "ms / 1,000 rows", "MB", "trained")
    table = _table(f"\n{result.test_rows:,} test rows", heads)
    ordered = sorted(
        result.contenders,
        key=lambda item: item.scores[result.metric],
        reverse=result.higher_is_better,
    )
    for item in ordered:
        style = "bold" if item.kind == "fine-tuned" else ""
        table.add_row(Text(item.name, style), *map(Text, _figures(item, result)))
    console.print(table)


def show_verdict(result: RunResult, console: Console) -> None:
    """The sentence, where there was a baseline to compare with."""
    if result.verdict:
        colour = {True: "green", False: "red", None: "yellow"}[result.verdict.worth_it]
        console.print(Text(f"\n{result.verdict.sentence}\n", f"bold {colour}"))


def show_ranking(ranking: Ranking, console: Console) -> None:
    """All contenders of several runs, best first, and who beats whom."""
    heads = (
        "contender", ranking.metric, f"{100 * ranking.confidence:g}% interval", "seeds", "fit",
        "ms / row", "MB", "best for its", "of the run",
    )  # fmt: skip
    table = _table(f"\n{ranking.test_rows:,} test rows", heads)
    for one in ranking.competitors:
        style = "bold" if one.kind == "fine-tuned" else ""
        fit, row, size = one.costs.values()
        figures = (
            *_score_figures(one.score, one.interval), str(one.seeds), f"{fit:.1f} s",
            f"{row:.2f}", f"{size:,.1f}", ", ".join(one.fronts) or "-", one.run,
        )  # fmt: skip
        table.add_row(Text(one.name, style), *map(Text, figures))
    console.print(table)
    table = _table(
        "\nPaired tests on the same rows",
        ("better", "than", "difference", "interval", "p, Holm", "decided"),
    )
    for match in ranking.matches:
        difference, interval = _score_figures(match.difference, match.interval)
        decided = "yes" if match.decided else f"no: finds {match.detectable:.2g} or more"
        told = (match.second, difference, interval, f"{match.p_value:.2g}", decided)
        table.add_row(Text(match.first, "bold" if match.decided else ""), *map(Text, told))
    console.print(table)


def _score_figures(score: float, interval: tuple[float, float]) -> tuple[str, str]:
    low, high = interval
    digits = 3 if abs(high) < 10 else 1  # a BLEU or a perplexity is no share of anything
    return f"{score:,.{digits}f}", f"{low:,.{digits}f} to {high:,.{digits}f}"


def _figures(item: ContenderResult, result: RunResult) -> tuple[str, ...]:
    return (
        *_score_figures(item.scores[result.metric], item.interval),
        f"{item.fit_seconds:.1f} s",
        f"{item.predict_seconds / max(result.test_rows, 1) * 1e6:,.0f}",
        f"{item.size_bytes / 1e6:,.1f}",
        f"{item.trainable_parameters:,}",
    )
