"""How a step is cut into forward passes with little padding.

A step's rows are drawn at random; only the order *inside* the step follows length.
Sorted and cut where that is cheapest, the step costs almost no padding, and since
the loss is divided by the step's own count of labelled items, its gradient is the
same as that of one padded batch. Grouping whole epochs by length would be cheaper
still, but changes which rows meet in a step, and costs accuracy where length goes
with the label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Cutting:
    """Limits and prices of a forward pass.

    Attributes:
        max_tokens: rows x longest row, padding included.
        max_rows: rows, or None.
        overhead: what starting one more pass costs, in tokens.
    """

    max_tokens: int
    max_rows: int | None = None
    overhead: int = 64


def micro_batches(rows: np.ndarray, lengths: np.ndarray, cutting: Cutting) -> list[np.ndarray]:
    """Cut a step's rows into forward passes, longest rows first, at the least cost.

    The cost of a pass is rows x longest + overhead; the best cut of the sorted rows is found
    by dynamic programming over the places where the length changes.

    Args:
        rows: (B,) row numbers.
        lengths: (N,) tokens of every row.
    """
    order = rows[np.argsort(-lengths[rows], kind="stable")]
    size = lengths[order]
    edges = _edges(size, cutting)
    best = np.full(len(edges), np.inf)
    best[0] = 0.0
    before = np.zeros(len(edges), dtype=np.int64)
    for end in range(1, len(edges)):
        for start in range(end - 1, -1, -1):
            count = int(edges[end] - edges[start])
            tokens = count * int(size[edges[start]])
            alone = start == end - 1
            too_many = cutting.max_rows is not None and count > cutting.max_rows
            if not alone and (tokens > cutting.max_tokens or too_many):
                break
            cost = best[start] + tokens + cutting.overhead
            if cost < best[end]:
                best[end], before[end] = cost, start
    passes: list[np.ndarray] = []
    end = len(edges) - 1
    while end > 0:
        start = int(before[end])
        passes.append(order[edges[start] : edges[end]])
        end = start
    return passes[::-1]


def _edges(size: np.ndarray, cutting: Cutting) -> np.ndarray:
    """Places where a cut may be: where the length changes, and where a limit forces one."""
    edges = [0]
    for n in range(1, len(size)):
        first = edges[-1]
        full = (n - first + 1) * size[first] > cutting.max_tokens
        many = cutting.max_rows is not None and n - first >= cutting.max_rows
        if size[n] != size[n - 1] or full or many:
            edges.append(n)
    return np.asarray([*edges, len(size)], dtype=np.int64)
