"""Show a run: verdict, contenders, exports, files; without one, list the runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands import _recipe

if TYPE_CHECKING:
    from pipeline.contracts import ExportResult
    from pipeline.terminal import TerminalReporter


def configure(parser: argparse.ArgumentParser) -> None:
    """A run, or a folder of runs."""
    parser.add_argument(
        "run", nargs="?", type=Path, help="a run's folder, or that of several runs (default: all)"
    )
    _recipe.configure_runs(parser)


def run(arguments: argparse.Namespace) -> int:
    """Show one, or list them."""
    from pipeline import showing
    from pipeline.terminal import TerminalReporter

    report = TerminalReporter()
    chosen = showing.find(arguments.run) if arguments.run else None
    if chosen is None:
        _list(arguments.run or arguments.runs)
    else:
        _show(chosen, report)
    return 0


def _list(folder: Path) -> None:
    """A line each; no terminal is too narrow for a path that is to be copied."""
    from pipeline import showing

    rows = [("run", "metric", "fine-tuned", "best baseline", "verdict")]
    for item in showing.listed(folder):
        name = f"{item.folder}{' *' if item.latest else ''}"
        metric = item.result.metric if item.result else ""
        rows.append((name, metric, *item.scores, item.state))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())
    print("\n* the latest of its recipe; graft show RUN shows one")


def _show(run: Path, report: TerminalReporter) -> None:
    from pipeline import showing
    from pipeline.report import run_files
    from pipeline.terminal import show_contenders, show_verdict

    result = run_files.read_result(run)
    print(f"{result.recipe}: {result.description}".rstrip(": "))
    show_verdict(result, report.console)
    show_contenders(result, report.console)
    if result.exports:
        heads = ("export", "MB", "proved", "logits differ by", "metric differs by", "ms a row")
        title = "\nExports, each reloaded by a fresh process"
        report.table(title, heads, [_export(item) for item in result.exports])
        for item in result.exports:
            if not item.proved:
                report.note(f"{item.name} is not there: {item.reason}")
    print()
    folders = [(item.name, run / item.path) for item in result.exports if item.proved]
    for title, path in [*folders, *showing.files(run)]:
        print(f"{title + ':':18} {path}")
    if folders:
        print(f'\nnext: graft predict {run} "a text of your own"\n      graft ui {run}')


def _export(item: ExportResult) -> tuple[str, ...]:
    """A line of the table; what was not measured is left out."""

    def shown(value: float | None, form: str) -> str:
        return "" if value is None else f"{value:{form}}"

    return (
        item.name,
        f"{item.size_bytes / 1e6:,.1f}" if item.proved else "",
        "yes" if item.proved else "NO",
        shown(item.max_logit_difference, ".1e"),
        shown(item.metric_difference, ".4f"),
        shown(item.milliseconds, ".2f"),
    )
