"""Check a recipe and its data; train nothing."""

from __future__ import annotations

import argparse

from pipeline.commands import _recipe


def configure(parser: argparse.ArgumentParser) -> None:
    """A recipe."""
    _recipe.configure(parser)
    parser.add_argument(
        "--fast", action="store_true", help="take no steps to see how long training would be"
    )


def run(arguments: argparse.Namespace) -> int:
    """Show what a run of the recipe would work on."""
    from pipeline import checking
    from pipeline import recipe as recipes
    from pipeline.terminal import TerminalReporter

    recipe = recipes.load(arguments.recipe, arguments.overrides)
    checking.check(recipe, fast=arguments.fast, report=TerminalReporter())
    print(f"{arguments.recipe}: ready to run with: graft run {arguments.recipe}")
    return 0
