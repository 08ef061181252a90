"""Export a finished run in more forms, each proven."""

from __future__ import annotations

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """Which run, and in which forms."""
    parser.add_argument("run_folder", metavar="run", type=Path, help="a finished run's folder")
    parser.add_argument(
        "exporters",
        nargs="+",
        metavar="exporter",
        help="such as merged, onnx or onnx-int8; with options as a recipe has them:"
        " '{name: merged, dtype: bfloat16}'",
    )


def run(arguments: argparse.Namespace) -> int:
    """Export, and say where it lies; 1 where an export was not proven."""
    from pipeline.exporting import again
    from pipeline.terminal import TerminalReporter

    done = again.export(arguments.run_folder, arguments.exporters, report=TerminalReporter())
    for item in done:
        where = arguments.run_folder / item.path if item.proved else f"not exported: {item.reason}"
        print(f"{item.name + ':':12} {where}")
    return 0 if all(item.proved for item in done) else 1
