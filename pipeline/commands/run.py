"""Fine-tune, compare, judge, export."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands import _recipe
from pipeline.errors import Interrupted

if TYPE_CHECKING:
    from pipeline.contracts import RunResult


def configure(parser: argparse.ArgumentParser) -> None:
    """A recipe, and where its run goes."""
    _recipe.configure(parser)
    _recipe.configure_runs(parser)
    parser.add_argument("--resume", action="store_true", help="go on with the unfinished run")


def run(arguments: argparse.Namespace) -> int:
    """Run a recipe from its base and rows to its report."""
    from pipeline import recipe as recipes

    recipe = recipes.load(arguments.recipe, arguments.overrides)
    from pipeline import checking

    checking.glance(recipe)
    from pipeline import runner
    from pipeline.contracts import Silent
    from pipeline.terminal import TerminalReporter, show_result
    from pipeline.training.processes import is_main

    signal.signal(signal.SIGTERM, _as_keyboard_interrupt)
    report = TerminalReporter() if is_main() else Silent()
    try:
        finished = runner.run(
            recipe,
            runs=arguments.runs,
            resume=arguments.resume,
            command=_typed(arguments),
            report=report,
        )
    except Interrupted as error:
        again = f"graft run {arguments.recipe} {' '.join(arguments.overrides)}".strip()
        raise Interrupted(str(error), hint=f"go on with: {again} --resume") from None
    if finished is not None and isinstance(report, TerminalReporter):
        show_result(finished.result, report.console)
        _show_paths(finished.folder, finished.result)
        if recipe.hub is not None:
            print(f"to the Hub:  graft push {finished.folder}")
    failed = finished is not None and not all(one.proved for one in finished.result.exports)
    return 1 if failed else 0


def _typed(arguments: argparse.Namespace) -> str:
    recipe = arguments.recipe
    name = recipe if not recipe.is_absolute() else recipe.name
    return " ".join(["graft run", str(name), *arguments.overrides])


def _show_paths(folder: Path, result: RunResult) -> None:
    lines = [("report", folder / "report.html")]
    if (folder / "README.md").is_file():
        lines.append(("model card", folder / "README.md"))
    first = next((export for export in result.exports if export.proved), None)
    if first:
        lines.insert(1, (first.name, folder / first.path))
    for title, path in lines:
        print(f"{title + ':':12} {path}")
    if first:
        print(f'\nnext:        graft {result.verb} {folder} "a text of your own"')


def _as_keyboard_interrupt(number: int, frame: object) -> None:
    del number, frame
    raise KeyboardInterrupt
