"""Rows drawn anew, many times: what every bootstrap here is made of.

A metric is a function of sums over rows, so a bootstrap resample is a weight for every
row. Rows whose statistics are the same are interchangeable: they are counted as one *cell*,
and drawing N rows with replacement is one multinomial draw over the cells. The cost follows
the number of different cells, not the number of rows, and the order of rows is immaterial.

Rows that hang together, such as questions about one passage, are resampled together: the
statistics of a group are summed first, and groups take the place of rows.

Shapes: N rows, K statistics of a metric, G groups, M cells, R resamples.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

_BYTES = 64 * 2**20
"""What one chunk of resamples may take in memory."""


def number_of(groups: np.ndarray) -> int:
    """How many different groups (N,) there are."""
    return len(np.unique(groups))


def sums_by_group(stats: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """(G, K) float64: the statistics (N, K) of each group of rows, summed."""
    if groups.shape != (len(stats),) or groups.dtype.kind not in "iu":
        raise ValueError(
            f"groups should be a whole number for each of {len(stats)} rows, found "
            f"{groups.dtype} of shape {groups.shape}"
        )
    order = np.argsort(groups, kind="stable")
    _, starts = np.unique(groups[order], return_index=True)
    return np.add.reduceat(stats[order], starts, axis=0)


def cells(*stats: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index of a row of each cell, and the number of rows in it, in an order of the content's own.

    Args:
        stats: (N, K) each; a cell is a set of rows that agree in all of them.
    """
    joint = np.ascontiguousarray(np.hstack(stats)) + 0.0  # so that -0.0 and 0.0 are one cell
    rows = joint.view(np.dtype((np.void, joint.dtype.itemsize * joint.shape[1]))).ravel()
    _, first, counts = np.unique(rows, return_index=True, return_counts=True)
    # Frequent cells first: a multinomial draw stops once all rows are dealt out.
    order = np.argsort(-counts, kind="stable")
    return first[order], counts[order]


def resampled(counts: np.ndarray, width: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Chunks (r, M) float64: how often each resample holds each cell; R in all.

    Args:
        counts: (M,) rows in each cell.
        width: statistics that the caller computes from a chunk, for the bound on memory.
        resamples: R.
        seed: the same seed draws the same, however it is cut into chunks.
    """
    rng = np.random.default_rng(seed)
    rows = int(counts.sum())
    shares = counts / rows
    per_resample = 8 * (2 * len(counts) + 3 * width)
    chunk = max(1, _BYTES // per_resample)
    for start in range(0, resamples, chunk):
        drawn = rng.multinomial(rows, shares, size=min(chunk, resamples - start))
        yield drawn.astype(np.float64)
