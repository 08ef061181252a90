"""The command line: parse, do what one file of ``commands`` says, tell what went wrong."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence

from pipeline import __version__, commands
from pipeline.errors import GraftError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: what follows ``graft``; None: what this process was started with.

    Returns:
        0 done, 1 a fault of ours, 2 a mistake that the person can mend, 130 interrupted.
    """
    parsed = _parse(arguments)
    _quiet_libraries()
    try:
        return commands.load(parsed.command).run(parsed)
    except GraftError as error:
        from pipeline.terminal import show_error

        show_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        print("\ninterrupted; nothing had been trained yet, so start it again", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Somebody closed the pipe, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Words may follow options: ``graft run x.yaml --runs r train.epochs=1``."""
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
    choices = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")
    for name in commands.available():
        command = commands.load(name)
        line = commands.summary(command)
        command.configure(choices.add_parser(name, help=line, description=line))
    return parser


def _quiet_libraries() -> None:
    """Libraries speak in their own logs; Graft says what matters itself."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("DATASETS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    # What one library will want of another some day is not for the person who runs a recipe.
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers|peft|datasets")


if __name__ == "__main__":
    sys.exit(main())
