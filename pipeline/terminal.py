"""What a person sees: stages, notes, progress bars, tables. Only the CLI uses this."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

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

from pipeline.contracts import ContenderResult, RunResult
from pipeline.errors import GraftError

_QUIET_S = 2.0
"""Where no terminal shows a bar, a line is printed about this often."""


class TerminalReporter:
    """Tells on standard output; bars where there is a terminal, lines where there is none."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)

    def stage(self, title: str) -> None:
        """A heading."""
        self.console.print(f"[bold cyan]==>[/] [bold]{_safe(title)}[/]")

    def note(self, message: str) -> None:
        """An indented line."""
        self.console.print(f"    {_safe(message)}")

    def warn(self, message: str) -> None:
        """An indented line that stands out."""
        self.console.print(f"    [yellow]warning:[/] {_safe(message)}")

    def table(self, title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Columns after the first are set to the right."""
        table = Table(title=_safe(title), title_justify="left", box=None, pad_edge=False)
        for number, name in enumerate(head):
            table.add_column(name, justify="right" if number else "left", no_wrap=True)
        for row in rows:
            table.add_row(*map(_safe, row))
        self.console.print(table)

    @contextmanager
    def progress(self, title: str, total: int) -> Iterator[Callable[[int], None]]:
        """A bar that goes away when it is done."""
        if not self.console.is_terminal:
            with self._lines(title, total) as advance:
                yield advance
            return
        bar = Progress(
            TextColumn("    {task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self.console,
            transient=True,
        )
        with bar:
            task = bar.add_task(_safe(title), total=total)
            yield lambda done: bar.advance(task, done)

    @contextmanager
    def _lines(self, title: str, total: int) -> Iterator[Callable[[int], None]]:
        started = shown = time.monotonic()
        done = 0

        def advance(steps: int) -> None:
            nonlocal done, shown
            done += steps
            now = time.monotonic()
            if now - shown >= _QUIET_S:
                shown = now
                print(f"    {title}: {done}/{total}, {now - started:.0f} s", flush=True)

        yield advance


def _safe(text: str) -> str:
    """Square brackets in a person's words are not markup."""
    return text.replace("[", r"\[")


def show_error(error: GraftError) -> None:
    """Every problem on standard error, its hint below it."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    count = len(error.problems)
    console.print(f"[bold red]error:[/] {count} problems" if count > 1 else "[bold red]error:[/]")
    for problem in error.problems:
        place = f"[bold]{_safe(problem.place)}[/]: " if problem.place else ""
        console.print(f"  {place}{_safe(problem.message)}")
        if problem.hint:
            console.print(f"    [dim]{_safe(problem.hint)}[/]")
    sys.stderr.flush()


def show_result(result: RunResult, console: Console) -> None:
    """The contenders, best first, and the verdict."""
    table = Table(
        box=None, pad_edge=False, title=f"\n{result.test_rows:,} test rows", title_justify="left"
    )
    heads = ("contender", result.metric, "95% interval", "fit", "ms / 1,000 rows", "MB", "trained")
    for number, name in enumerate(heads):
        table.add_column(name, justify="right" if number else "left", no_wrap=True)
    ordered = sorted(
        result.contenders,
        key=lambda item: item.scores[result.metric],
        reverse=result.higher_is_better,
    )
    for item in ordered:
        table.add_row(*_row(item, result))
    console.print(table)
    if result.verdict:
        colour = {True: "green", False: "red", None: "yellow"}[result.verdict.worth_it]
        console.print(f"\n[bold {colour}]{_safe(result.verdict.sentence)}[/]\n")


def _row(item: ContenderResult, result: RunResult) -> tuple[str, ...]:
    low, high = item.interval
    name = f"[bold]{item.name}[/]" if item.kind == "fine-tuned" else item.name
    return (
        name,
        f"{item.scores[result.metric]:.3f}",
        f"{low:.3f} to {high:.3f}",
        f"{item.fit_seconds:.1f} s",
        f"{item.predict_seconds / max(result.test_rows, 1) * 1e6:,.0f}",
        f"{item.size_bytes / 1e6:,.1f}",
        f"{item.trainable_parameters:,}",
    )
