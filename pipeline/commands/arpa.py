"""An n-gram model as a text file that other toolkits read."""

from __future__ import annotations

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """A model and a file."""
    parser.add_argument("model", help="a baseline such as runs/x/latest:ngram-lm")
    parser.add_argument("output", type=Path, help="the file, which ends in .arpa")


def run(arguments: argparse.Namespace) -> int:
    """Write the file."""
    from pipeline import arpa
    from pipeline.terminal import TerminalReporter

    arpa.write(arguments.model, arguments.output, report=TerminalReporter(stderr=True), show=print)
    return 0
