"""The recipes, a line each."""

from __future__ import annotations

import argparse
from pathlib import Path

RECIPES = Path("recipes")


def configure(parser: argparse.ArgumentParser) -> None:
    """A folder of recipes."""
    parser.add_argument("folder", nargs="?", type=Path, default=RECIPES)


def run(arguments: argparse.Namespace) -> int:
    """Print every recipe's name and what it shows."""
    from pipeline import recipe as recipes
    from pipeline.errors import StorageError

    if not arguments.folder.is_dir():
        raise StorageError(
            "there is no such folder",
            place=str(arguments.folder),
            hint="name the folder of your recipes: graft list FOLDER",
        )
    files = sorted(arguments.folder.rglob("*.yaml"))
    if not files:
        raise StorageError(
            "there are no recipes in this folder: no file ends in .yaml",
            place=str(arguments.folder),
        )
    names = [str(file.relative_to(arguments.folder).with_suffix("")) for file in files]
    width = max(map(len, names))
    for name, file in zip(names, files, strict=True):
        print(f"{name:{width}}  {recipes.describe(file)}".rstrip())
    return 0
