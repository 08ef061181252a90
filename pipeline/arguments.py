"""What can be typed behind ``graft``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from pipeline import __version__

RECIPES = Path("recipes")
RUNS = Path("runs")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What a person typed; ``command`` is the first word of it.

    Words may follow options: ``graft run x.yaml --runs r train.epochs=1``.

    Args:
        arguments: what follows ``graft``; None: what this process was started with.
    """
    parser = _parser()
    parsed, rest = parser.parse_known_args(arguments)
    words: list[str] | None = getattr(parsed, "overrides", getattr(parsed, "text", None))
    if rest and (words is None or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if words is not None:
        words += rest
    return parsed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="graft",
        description="Transfer learning by recipe, measured against classic baselines.",
    )
    parser.add_argument("--version", action="version", version=f"graft {__version__}")
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")

    run = commands.add_parser("run", help="fine-tune, compare, judge, export")
    _recipe_arguments(run)
    run.add_argument("--runs", type=Path, default=RUNS, help="folder of all runs (default: runs)")
    run.add_argument("--resume", action="store_true", help="go on with the unfinished run")

    check = commands.add_parser("check", help="check a recipe and its data; train nothing")
    _recipe_arguments(check)

    listing = commands.add_parser("list", help="the recipes, a line each")
    listing.add_argument("folder", nargs="?", type=Path, default=RECIPES)

    commands.add_parser("schema", help="the JSON schema of a recipe, for editors")

    predict = commands.add_parser("predict", help="answer texts with a run or an adapter")
    predict.add_argument("model", type=Path, help="a run's folder, or an export's")
    predict.add_argument("text", nargs="*", help="texts to answer")
    predict.add_argument("--input", type=Path, help="a CSV, TSV, JSONL or Parquet file")
    predict.add_argument("--output", type=Path, help="a CSV, JSONL or Parquet file")
    predict.add_argument(
        "--columns",
        default="",
        help="where the input's columns are called otherwise: text=sentence,text_pair=other",
    )
    _score_arguments(commands.add_parser("score", help="how plausible sentences are"))
    _generate_arguments(commands.add_parser("generate", help="go on from a prompt, or answer it"))
    return parser


_MODEL = "a run's folder, an export's, a baseline such as runs/x/latest:ngram-lm, or a base model"


def _score_arguments(score: argparse.ArgumentParser) -> None:
    score.add_argument("model", help=_MODEL)
    score.add_argument("text", nargs="*", help="sentences; read from standard input without any")
    score.add_argument("--input", type=Path, help="a text file, one sentence a line")
    score.add_argument("--output", type=Path, help="a CSV, TSV or JSONL file")
    score.add_argument("--rank", action="store_true", help="the most plausible first")


def _generate_arguments(generate: argparse.ArgumentParser) -> None:
    generate.add_argument("model", help=_MODEL)
    generate.add_argument("prompt", nargs="?", help="read from standard input without one")
    generate.add_argument("--max-tokens", type=int, default=100, help="at most (default: 100)")
    generate.add_argument("--temperature", type=float, help="draw tokens; 1: as likely as they are")
    generate.add_argument("--top-p", type=float, help="draw among the likeliest tokens alone")
    generate.add_argument("--seed", type=int, default=0, help="of drawing (default: 0)")
    generate.add_argument("--beams", type=int, default=1, help="search so many beams")


def _recipe_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recipe", type=Path, help="a recipe's file, such as recipes/demo.yaml")
    parser.add_argument(
        "overrides", nargs="*", metavar="key=value", help="such as train.epochs=1 data.limit=200"
    )
