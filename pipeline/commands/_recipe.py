"""The arguments of every command that takes a recipe."""

from __future__ import annotations

import argparse
from pathlib import Path

RUNS = Path("runs")


def configure(parser: argparse.ArgumentParser) -> None:
    """A recipe's file and what overrides it."""
    parser.add_argument("recipe", type=Path, help="a recipe's file, such as recipes/demo.yaml")
    parser.add_argument(
        "overrides", nargs="*", metavar="key=value", help="such as train.epochs=1 data.limit=200"
    )


def configure_runs(parser: argparse.ArgumentParser) -> None:
    """Where the folders of runs lie."""
    parser.add_argument(
        "--runs", type=Path, default=RUNS, help="folder of all runs (default: runs)"
    )
