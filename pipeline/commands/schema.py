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
    from pipeline.recipe import blocks

    print(json.dumps(blocks.schema(), indent=2))
    return 0
