"""Open a local page on which a run's contenders answer what you type."""

from __future__ import annotations

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """A run, and where to listen."""
    parser.add_argument("run", type=Path, help="a run's folder, or an export's")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one (default: 8000)")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="an address of this machine; any but the default lets others ask too",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve the page until Ctrl-C."""
    from pipeline.errors import UserError
    from pipeline.terminal import TerminalReporter

    report = TerminalReporter()
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError:
        raise UserError(
            "the page needs the extra 'ui'", hint="install it: pip install 'graft[ui]'"
        ) from None
    from pipeline.ui import app, serving
    from pipeline.ui.board import Board

    board = Board.open(arguments.run)
    listening = serving.listen(arguments.host, arguments.port)
    with listening:
        port = listening.getsockname()[1]
        board.load(report)
        if arguments.host != serving.LOOPBACK:
            report.warn("everybody who reaches this address can ask; nothing is encrypted")
        hosts = list(dict.fromkeys((arguments.host, serving.LOOPBACK, "localhost")))
        print(f"{board.title}: http://{arguments.host}:{port}  (Ctrl-C stops it)", flush=True)
        serving.serve(app.make(board, hosts=hosts, report=report), listening)
    print("\nstopped")
    return 0
