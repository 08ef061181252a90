"""Answer texts with a run or an adapter."""

from __future__ import annotations

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """What answers, what it answers, and where the answers go."""
    parser.add_argument("model", help="a run's folder, an export's, or hub:owner/name[@revision]")
    parser.add_argument("text", nargs="*", help="texts to answer")
    parser.add_argument("--input", type=Path, help="a CSV, TSV, JSONL or Parquet file")
    parser.add_argument("--output", type=Path, help="a CSV, JSONL or Parquet file")
    parser.add_argument(
        "--columns",
        default="",
        help="where the input's columns are called otherwise: text=sentence,text_pair=other",
    )


def run(arguments: argparse.Namespace) -> int:
    """Answer the texts."""
    from pipeline import predicting
    from pipeline.terminal import TerminalReporter

    predicting.predict(
        arguments.model,
        texts=arguments.text,
        source=arguments.input,
        output=arguments.output,
        columns=arguments.columns,
        report=TerminalReporter(stderr=True),
        show=print,
    )
    return 0
