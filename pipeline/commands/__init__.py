"""What follows ``graft``: a file a command, found by its name.

Each file has, beside the line of help that its docstring begins with, ``configure(parser)``,
which says what can be typed, and ``run(arguments)``, which does it, prints, and returns the
exit code. Nothing heavy is imported at the top of these files.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from typing import Protocol


class Command(Protocol):
    """A module of this folder."""

    __doc__: str | None

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add what can be typed behind the command's name."""
        ...

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it and print.

        Returns:
            The exit code: 0 where it was done.
        """
        ...


def available() -> tuple[str, ...]:
    """Names of the commands, sorted."""
    files = Path(__file__).parent.glob("*.py")
    return tuple(sorted(file.stem for file in files if not file.stem.startswith("_")))


def load(name: str) -> Command:
    """The module of a command."""
    command: Command = importlib.import_module(f"{__name__}.{name}")
    return command


def summary(command: Command) -> str:
    """The command's line of help, as argparse's own lines are written."""
    line = (command.__doc__ or "").partition("\n")[0].rstrip(".")
    return line[:1].lower() + line[1:]
