"""The argument of commands that open anything which speaks: a run, an export, a base."""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """What is to be opened."""
    parser.add_argument(
        "model",
        help="a run's folder, an export's, hub:owner/name[@revision], a baseline such as"
        " runs/x/latest:ngram-lm, an n-gram model in an ARPA file, or a base model",
    )
