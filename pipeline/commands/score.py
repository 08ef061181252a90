"""How plausible sentences are."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path

from pipeline.commands import _model


def configure(parser: argparse.ArgumentParser) -> None:
    """A model and sentences."""
    _model.configure(parser)
    parser.add_argument("text", nargs="*", help="sentences; read from standard input without any")
    parser.add_argument("--input", type=Path, help="a text file, one sentence a line")
    parser.add_argument("--output", type=Path, help="a CSV, TSV or JSONL file")
    parser.add_argument("--rank", action="store_true", help="the most plausible first")


def run(arguments: argparse.Namespace) -> int:
    """Score each sentence."""
    from pipeline import plausibility
    from pipeline.errors import DataError, UserError
    from pipeline.terminal import TerminalReporter

    if arguments.text and arguments.input:
        raise UserError("give either sentences or --input FILE")
    if arguments.input and not arguments.input.is_file():
        raise DataError("there is no such file", place=str(arguments.input))
    with (
        arguments.input.open(encoding="utf-8") if arguments.input else nullcontext(sys.stdin)
    ) as lines:
        plausibility.score(
            arguments.model,
            sentences=arguments.text or lines,
            ranked=arguments.rank,
            output=arguments.output,
            interactive=not arguments.text and not arguments.input and sys.stdin.isatty(),
            report=TerminalReporter(stderr=True),
            show=print,
        )
    return 0
