"""Go on from a prompt, or answer it."""

from __future__ import annotations

import argparse
import sys

from pipeline.commands import _model


def configure(parser: argparse.ArgumentParser) -> None:
    """A model, a prompt, and how tokens are chosen."""
    _model.configure(parser)
    parser.add_argument("prompt", nargs="?", help="read from standard input without one")
    parser.add_argument("--max-tokens", type=int, default=100, help="at most (default: 100)")
    parser.add_argument("--temperature", type=float, help="draw tokens; 1: as likely as they are")
    parser.add_argument("--top-p", type=float, help="draw among the likeliest tokens alone")
    parser.add_argument("--seed", type=int, default=0, help="of drawing (default: 0)")
    parser.add_argument("--beams", type=int, default=1, help="search so many beams")


def run(arguments: argparse.Namespace) -> int:
    """Write to the terminal, token by token."""
    from pipeline import generating
    from pipeline.terminal import TerminalReporter

    prompt = sys.stdin.read().rstrip("\n") if arguments.prompt is None else arguments.prompt
    generating.generate(
        arguments.model,
        prompt,
        max_tokens=arguments.max_tokens,
        temperature=arguments.temperature,
        top_p=arguments.top_p,
        seed=arguments.seed,
        beams=arguments.beams,
        report=TerminalReporter(stderr=True),
        show=lambda piece: print(piece, end="", flush=True),
    )
    print()
    return 0
