"""The command, for a test that asks for one recipe after the other: a request a line, as JSON."""

from __future__ import annotations

import json
import sys
import time
import traceback

from tests.hub.programs import graft


def serve() -> None:
    """Answer each line, a list of arguments, with what came of it, and how long it took."""
    for line in sys.stdin:
        start = time.perf_counter()
        try:
            outcome = graft(*json.loads(line))
        except Exception:  # of no person's making; the next recipe is to be tried all the same
            outcome = {"code": None, "output": traceback.format_exc()}
        outcome["seconds"] = time.perf_counter() - start
        sys.stdout.write(json.dumps(outcome) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
