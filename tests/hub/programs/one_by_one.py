"""The command, for a test that asks for one recipe after the other: a request a line, as JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from tests.hub.programs import graft

RUNS = Path(os.environ["TESTED_RUNS"])


def serve() -> None:
    """Answer each line, a list of arguments, with what came of it, and how long it took."""
    for line in sys.stdin:
        start = time.perf_counter()
        outcome = graft(*json.loads(line))
        outcome["seconds"] = time.perf_counter() - start
        sys.stdout.write(json.dumps(outcome) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
