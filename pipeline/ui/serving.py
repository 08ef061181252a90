"""Listening on this machine until somebody stops it."""

from __future__ import annotations

import socket
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette

from pipeline.errors import UserError

LOOPBACK = "127.0.0.1"
_AT_A_TIME = 32


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on.

    Args:
        port: 0 takes a free one.

    Raises:
        UserError: the port is taken, or the address is not this machine's.
    """
    if host in ("", "0.0.0.0", "::"):  # noqa: S104  # it is refused
        raise UserError(
            f"--host {host}: name the address under which others reach this machine",
            hint="the page answers to that name alone, so that no other site can use it",
        )
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen()
    except OSError as error:
        found.close()
        raise UserError(
            f"cannot listen on {host}:{port}: {error.strerror or error}",
            hint="name another port, or let one be found: --port 0",
        ) from error
    except OverflowError as error:
        found.close()
        raise UserError(f"--port {port}: a port is 0 to 65535") from error
    return found


def serve(app: Starlette, listening: socket.socket) -> None:
    """Answer until a signal comes; answers on their way are finished."""
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        lifespan="off",
        limit_concurrency=_AT_A_TIME,
        timeout_graceful_shutdown=5,
        server_header=False,
    )
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
