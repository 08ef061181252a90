"""Draw a learning curve: from how many labels on does the transfer stop to pay?"""

from __future__ import annotations

import argparse
import signal
from typing import TYPE_CHECKING

from pipeline.commands import _recipe
from pipeline.errors import Interrupted

if TYPE_CHECKING:
    from pipeline.curving import Point


def configure(parser: argparse.ArgumentParser) -> None:
    """A recipe, and numbers of training rows."""
    _recipe.configure(parser)
    _recipe.configure_runs(parser)
    parser.add_argument(
        "--rows",
        type=_sizes,
        help="numbers of training rows, such as 16,32,64,all (default: doubled up to all)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Train at every size; print the points and the sentence."""
    from pipeline import checking
    from pipeline import recipe as recipes

    recipe = recipes.load(arguments.recipe, arguments.overrides)
    checking.glance(recipe)
    from pipeline import curving
    from pipeline.terminal import TerminalReporter

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    words = ["graft curve", arguments.recipe.name, *arguments.overrides]
    report = TerminalReporter()
    try:
        folder, curve = curving.curve(
            recipe,
            sizes=arguments.rows,
            runs=arguments.runs,
            command=" ".join(words),
            report=report,
        )
    except Interrupted as error:
        raise Interrupted(str(error), hint="the same command goes on with it") from None
    names = [one.name for one in curve.points[0].contenders]
    report.table(
        f"\n{curve.title} on {curve.rows['test']:,} test rows",
        ("training rows", *names, "difference", "better"),
        [_row(point, curve.metric) for point in curve.points],
    )
    print(f"\n{curve.crossing.sentence}\n\npage:    {folder / 'curve.html'}")
    print(f"drawing: {folder / 'curve.svg'}")
    return 0


def _row(point: Point, metric: str) -> list[str]:
    verdict = point.verdict
    better = {True: verdict.fine_tuned, False: verdict.best_baseline, None: "not decided"}
    return [
        f"{point.rows:,}",
        *(f"{one.scores[metric]:.3f}" for one in point.contenders),
        f"{verdict.difference:+.3f}",
        better[verdict.worth_it],
    ]


def _sizes(words: str) -> list[int]:
    """``16,32,all`` as numbers, 0 for all."""
    found = []
    for word in words.split(","):
        if word.strip() == "all":
            found.append(0)
        elif not word.strip().isdecimal() or int(word) == 0:
            raise argparse.ArgumentTypeError(f"'{word}' is no number of rows: write 16,32,64,all")
        else:
            found.append(int(word))
    return found
