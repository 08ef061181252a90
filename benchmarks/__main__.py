"""``make bench``: run all benchmarks, or those named: ``make bench ARGS="training"``."""

from __future__ import annotations

import importlib
import os
import sys
import warnings

NAMES = (
    "start_up", "tokenising", "padding", "attention", "training", "bootstrap", "comparing",
    "ngrams", "verdict",
)  # fmt: skip


def main(names: list[str]) -> int:
    """Print a line for each pair that is timed, and for each case that is counted."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    warnings.simplefilter("ignore", FutureWarning)
    unknown = set(names) - set(NAMES)
    if unknown:
        print(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
        return 2
    for name in names or NAMES:
        for pair in importlib.import_module(f"benchmarks.{name}").pairs():
            print(pair.run(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
