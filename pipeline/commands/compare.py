"""Compare finished runs over the same test rows."""

from __future__ import annotations

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """Runs, and what to compare them by."""
    parser.add_argument(
        "runs", nargs="+", type=Path, help="folders of runs, or of recipes: their newest run"
    )
    parser.add_argument("--metric", help="what to compare by, where the runs differ in it")
    parser.add_argument("--output", type=Path, help="also write a page, such as compare.html")


def run(arguments: argparse.Namespace) -> int:
    """Print who beats whom and at what price; write the page."""
    from pipeline import comparing
    from pipeline.errors import UserError
    from pipeline.report import comparison_page
    from pipeline.terminal import TerminalReporter, show_ranking

    output: Path | None = arguments.output
    if output is not None and output.suffix not in (".html", ".htm"):
        raise UserError("--output is a page: its name ends in .html", place=str(output))
    report = TerminalReporter()
    ranking = comparing.compare(arguments.runs, metric=arguments.metric, report=report)
    show_ranking(ranking, report.console)
    if output is not None:
        comparison_page.write(ranking, output)
        print(f"page: {output}")
    return 0
