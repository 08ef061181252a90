"""Time two ways in turn, so that both meet the same noise."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """What to time.

    Attributes:
        name: what the work is.
        ours: our way, and in a word what it is.
        theirs: the other way, and in a word what it is.
        repeats: of each, after one of each that is not counted.
    """

    name: str
    ours: tuple[str, Callable[[], object]]
    theirs: tuple[str, Callable[[], object]]
    repeats: int = 5

    def run(self) -> str:
        """Time both in turn.

        Returns:
            A line with both medians in seconds, their ratio and the load.
        """
        times: tuple[list[float], list[float]] = ([], [])
        for repeat in range(self.repeats + 1):
            for side, (_, work) in enumerate((self.ours, self.theirs)):
                started = time.perf_counter()
                work()
                if repeat:
                    times[side].append(time.perf_counter() - started)
        ours, theirs = map(statistics.median, times)
        return (
            f"{self.name}: {self.ours[0]} {ours:.3f} s, {self.theirs[0]} {theirs:.3f} s,"
            f" ratio {theirs / ours:.2f} (median of {self.repeats}, load {os.getloadavg()[0]:.1f})"
        )
