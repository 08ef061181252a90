from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from pipeline.contracts import Silent
from pipeline.runner import Finished
from pipeline.ui import app, serving
from pipeline.ui.board import Board


@contextmanager
def served(board: Board) -> Iterator[str]:
    """The page on a free port of this machine; gives its address."""
    listening = serving.listen(serving.LOOPBACK, 0)
    made = app.make(board, hosts=(serving.LOOPBACK, "localhost"), report=Silent())
    server = uvicorn.Server(uvicorn.Config(made, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://{serving.LOOPBACK}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture(scope="session")
def address(finished_run: Finished) -> Iterator[str]:
    """The page of the run that tests share."""
    with served(Board.open(finished_run.folder)) as found:
        yield found
