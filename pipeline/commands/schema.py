"""The JSON schema of a recipe, for editors."""

from __future__ import annotations

import argparse
import json


def configure(parser: argparse.ArgumentParser) -> None:
    """Nothing can be typed behind it."""
    del parser


def run(arguments: argparse.Namespace) -> int:
    """Print the schema."""
    del arguments
    from pipeline import recipe_blocks

    print(json.dumps(recipe_blocks.schema(), indent=2))
    return 0
