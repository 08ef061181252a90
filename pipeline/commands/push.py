"""Take a run's export to the Hub."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipeline.errors import Interrupted, UserError


def configure(parser: argparse.ArgumentParser) -> None:
    """A run, a repository, and what is allowed."""
    parser.add_argument("run", type=Path, help="a run's folder, such as runs/demo/latest")
    parser.add_argument(
        "--repo", metavar="OWNER/NAME", help="a repository on the Hub (default: the recipe's)"
    )
    parser.add_argument(
        "--export", metavar="NAME", help="which export (default: the recipe's, or the first)"
    )
    parser.add_argument(
        "--public", action="store_true", help="let everybody see it (default: private)"
    )
    parser.add_argument("--yes", action="store_true", help="upload without asking")


def run(arguments: argparse.Namespace) -> int:
    """Show what would leave, ask, upload."""
    from pipeline.pushing.push import push
    from pipeline.terminal import TerminalReporter

    def confirm(question: str) -> bool:
        if arguments.yes:
            return True
        if not sys.stdin.isatty():
            raise UserError(
                "nobody is here to be asked, and nothing was uploaded",
                hint="look at the table above, then say it: --yes",
            )
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")

    try:
        pushed = push(
            arguments.run,
            repo=arguments.repo,
            public=arguments.public,
            export=arguments.export,
            confirm=confirm,
            report=TerminalReporter(),
        )
    except KeyboardInterrupt:
        raise Interrupted(
            "the push was interrupted; the repository is as it was",
            hint="push again: files that arrived are not sent again",
        ) from None
    if pushed is None:
        print("nothing was uploaded")
        return 0
    from huggingface_hub import constants

    print(f"repository:  {constants.ENDPOINT}/{pushed.repo}")
    print(f"commit:      {pushed.commit}")
    print(f"tag:         {pushed.tag}")
    print(f'\nnext:        graft {pushed.verb} hub:{pushed.repo} "a text of your own"')
    return 0
