"""Rows drawn anew, many times: what every bootstrap here is made of.

A metric is a function of sums over rows, so a bootstrap resample is a weight for every
row. Rows whose statistics are the same are interchangeable: they are counted as one *cell*,
and drawing N rows with replacement is one multinomial draw over the cells. The cost follows
the number of different cells, not the number of rows, and the order of rows is immaterial.

Where there are very many rows and nearly all differ, they are dealt at random into 1,000
*blocks*, which are then drawn in place of rows. The sums of random blocks are as independent
of each other as rows are, so the resamples vary as much as those of rows do; that they vary
about as much and not exactly so costs the standard error 1 / sqrt(2 x 1,000) = 2.2% of itself.

Rows that hang together, such as questions about one passage, are resampled together: the
statistics of a group are summed first, and groups take the place of rows.

Shapes: N rows, K statistics of a metric, G groups, M cells or blocks, R resamples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_BYTES = 64 * 2**20
"""What one chunk of resamples may take in memory."""

_BLOCKS = 1_000
_FEW_ROWS, _FEW_CELLS = 4_000, 500
"""Up to so many of either, resampling takes well under a second without blocks."""

_ROWS_A_CELL = 6
"""Drawing a row takes about a sixth of the time of a multinomial's draw for a cell."""


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


def by_group(stats: np.ndarray, groups: np.ndarray | None) -> np.ndarray:
    """Statistics of each of S seeds: (S, N, K) or, where rows hang together, (S, G, K).

    Args:
        stats: (N, K) of a single seed, or (S, N, K).
        groups: (N,) ints, or None.
    """
    runs = stats[None] if stats.ndim == 2 else stats
    if groups is None:
        return runs
    return np.stack([sums_by_group(each, groups) for each in runs])


@dataclass(frozen=True)
class Cells:
    """Rows whose statistics are the same, counted as one; in an order of the content's own.

    Attributes:
        first: (M,) index of a row of each cell.
        counts: (M,) rows in each cell.
    """

    first: np.ndarray
    counts: np.ndarray

    @classmethod
    def of(cls, *stats: np.ndarray) -> Cells:
        """From statistics (N, K) each, of the same rows."""
        _, first, counts = np.unique(digested(*stats), return_index=True, return_counts=True)
        return cls(first, counts)

    def only(self, kept: np.ndarray) -> Cells:
        """The cells for which (M,) ``kept`` is true."""
        return Cells(self.first[kept], self.counts[kept])

    def units(self, *stats: np.ndarray, seed: int) -> tuple[list[np.ndarray], np.ndarray]:
        """What resamples are drawn from: cells, or blocks where rows and cells are very many.

        Args:
            stats: (N, K) each, of the rows that the cells were made of.
            seed: of dealing rows into blocks.

        Returns:
            (M, K) statistics of a row of each cell, or summed over each block, one array for
            each of ``stats``; and (M,) how many rows each cell has, 1 for a block.
        """
        rows = int(self.counts.sum())
        if rows <= _FEW_ROWS or len(self.first) <= _FEW_CELLS:
            # Frequent cells first: a multinomial draw stops once all rows are dealt out.
            order = np.argsort(-self.counts, kind="stable")
            return [each[self.first[order]] for each in stats], self.counts[order]
        # In the order of the cells before they are shuffled, so that that of rows is immaterial.
        dealt = np.repeat(self.first, self.counts)[np.random.default_rng(seed).permutation(rows)]
        return [_sums_of_blocks(each, dealt) for each in stats], np.ones(_BLOCKS, dtype=np.int64)


def _sums_of_blocks(stats: np.ndarray, dealt: np.ndarray) -> np.ndarray:
    """(``_BLOCKS``, K): statistics (N, K) of the rows dealt, as many to each block, summed."""
    from scipy.sparse import csr_array

    starts = np.arange(_BLOCKS + 1) * len(dealt) // _BLOCKS
    # As a product, because it gathers no copy of the rows.
    chosen = csr_array((np.ones(len(dealt)), dealt, starts), shape=(_BLOCKS, len(stats)))
    sums: np.ndarray = chosen @ stats
    return sums


def narrowed(*stats: np.ndarray, counts: np.ndarray) -> list[np.ndarray]:
    """Statistics (M, K) as float32 where all that is made of them stays exact, else as they are.

    Counts are whole numbers, and float32 holds those up to 2^24: products with weights that sum
    to ``counts``' sum at most are then the same in half the time.
    """
    largest = max(float(np.abs(each).max()) for each in stats) * float(counts.sum())
    if largest < 2**24 and all((each == np.rint(each)).all() for each in stats):
        return [each.astype(np.float32) for each in stats]
    return list(stats)


def resampled(counts: np.ndarray, width: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Chunks (r, M) float64: how often each resample holds each cell; R in all.

    Args:
        counts: (M,) rows in each cell.
        width: statistics that the caller computes from a chunk, for the bound on memory.
        resamples: R.
        seed: the same seed draws the same, however it is cut into chunks.
    """
    rng = np.random.default_rng(seed)
    number, rows = len(counts), int(counts.sum())
    by_row = rows <= _ROWS_A_CELL * number
    shares = counts / rows
    cell = np.repeat(np.arange(number, dtype=np.int32), counts) if by_row else None
    per_resample = 8 * (2 * number + 3 * width + 3 * rows * by_row)
    chunk = max(1, _BYTES // per_resample)
    for start in range(0, resamples, chunk):
        size = min(chunk, resamples - start)
        if cell is None:
            drawn = rng.multinomial(rows, shares, size=size)
        else:
            chosen = cell[rng.integers(0, rows, (size, rows), dtype=np.int32)].astype(np.int64)
            chosen += number * np.arange(size)[:, None]
            drawn = np.bincount(chosen.ravel(), minlength=size * number).reshape(size, number)
        yield drawn.astype(np.float64)


def swaps(counts: np.ndarray, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Chunks (r, M) float64: how many rows of each cell are swapped, each with even odds; R in all.

    Args:
        counts: (M,) rows in each cell.
        resamples: R.
        seed: the same seed draws the same.
    """
    rng = np.random.default_rng((seed, 1))
    single = counts == 1
    chunk = max(1, _BYTES // (16 * len(counts)))
    for start in range(0, resamples, chunk):
        size = min(chunk, resamples - start)
        drawn = np.empty((size, len(counts)))
        flips = size * int(single.sum())
        bits = np.unpackbits(np.frombuffer(rng.bytes(flips // 8 + 1), dtype=np.uint8), count=flips)
        drawn[:, single] = bits.reshape(size, -1)
        drawn[:, ~single] = rng.binomial(counts[~single], 0.5, (size, int((~single).sum())))
        yield drawn


def digested(*stats: np.ndarray) -> np.ndarray:
    """(N,) uint64 of rows (N, K) of each; rows with other statistics differ in it.

    Two of 100,000 different rows are taken for one with a chance of about 3 in 10^10.
    """
    width = sum(each.shape[1] for each in stats)
    odd = np.random.default_rng(0).integers(0, 2**63, width, dtype=np.uint64) * 2 + 1
    digests = np.zeros(len(stats[0]), dtype=np.uint64)
    place = 0
    for each in stats:
        own = odd[place : place + each.shape[1]]
        place += len(own)
        step = max(1, 2**18 // len(own))
        for start in range(0, len(each), step):
            part = each[start : start + step]
            digests[start : start + step] += _sums_of_bits(part, own)
    return digests


def _sums_of_bits(part: np.ndarray, odd: np.ndarray) -> np.ndarray:
    """(n,) uint64 of rows (n, K): what each value adds, times the odd number of its column.

    A zero adds nothing, and one-hot rows hold little else: only the others are looked at.
    """
    other = np.flatnonzero(part != 0)
    rows, columns = np.divmod(other, part.shape[1])
    bits = part.ravel()[other].view(np.uint64)
    # Small whole numbers have their bits at the top, where a product would lose them.
    bits ^= bits >> np.uint64(52)
    bits *= np.uint64(0x9E3779B97F4A7C15)
    bits ^= bits >> np.uint64(29)
    upto = np.concatenate([[np.uint64(0)], np.cumsum(bits * odd[columns], dtype=np.uint64)])
    ends = np.cumsum(np.bincount(rows, minlength=len(part)))
    added: np.ndarray = upto[ends] - upto[np.concatenate([[0], ends[:-1]])]
    return added
