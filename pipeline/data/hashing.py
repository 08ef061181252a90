"""Texts as numbers of eight bytes, by which a million of them are compared in little memory.

Two different texts share a number with a chance of one in 10^19: among a million rows, one
run in thirty million is told of a duplicate that is none (XXH3, see its specification).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from pipeline.data.keys import joined

BATCH = 1 << 13
"""Rows that are looked at together: what is worked out for them is forgotten after them."""

_MARKS = r"""[.,;:!?'"`\x{2018}-\x{201f}\x{b4}\x{b7}\x{3001}\x{3002}\x{300c}-\x{300f}]+"""
"""What ends and frames sentences, once NFKC has made full-width ones narrow and an ellipsis
three stops; C++ and C# are told apart, and so are :) and :(."""

_BLANKS = r"[\s\pZ]{2,}|[\t\n\r\f\v]"
"""What becomes one blank; a single one is one already, and is passed over quickly."""


def in_batches(table: pa.Table) -> Iterator[pa.Table]:
    """The rows in order, a view of some of them at a time."""
    for start in range(0, table.num_rows, BATCH):
        yield table.slice(start, BATCH)


def each(table: pa.Table, name: str) -> Iterator[Any]:
    """The values of a column one after the other; Python holds those of a batch together."""
    for part in in_batches(table):
        yield from part[name].to_pylist()


def hashes(table: pa.Table, columns: Sequence[str], *, seed: int = 0) -> np.ndarray:
    """(N,) uint64, equal where rows agree in all of the columns; in none, they all do."""
    found = np.zeros(table.num_rows, np.uint64)
    if not columns:
        return found
    digest = partial(xxhash.xxh3_64_intdigest, seed=seed)
    start = 0
    for part in in_batches(table):
        rows = _bytes(joined(part, columns))
        found[start : start + len(rows)] = list(map(digest, rows))
        start += len(rows)
    return found


def plain_hashes(table: pa.Table, columns: Sequence[str], *, seed: int = 0) -> np.ndarray:
    """(N,) uint64, equal where rows agree once they are ``plain``."""
    found = [
        hashes(pa.table({"": plain(joined(part, columns))}), [""], seed=seed)
        for part in in_batches(table)
    ]
    return np.concatenate(found) if found else np.empty(0, np.uint64)


def mixed(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(N,) uint64, equal where rows agree in both."""
    with np.errstate(over="ignore"):
        return one * np.uint64(0x9E3779B97F4A7C15) + other


def plain(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts without what seldom makes two of them different.

    Letters in one form (NFKC) and lower case, one blank where there are several, no marks of
    sentences. A text that is nothing else stays as it is.
    """
    folded = pc.utf8_lower(pc.utf8_normalize(texts, "NFKC"))
    bare = pc.replace_substring_regex(folded, _MARKS, "")
    bare = pc.utf8_trim_whitespace(pc.replace_substring_regex(bare, _BLANKS, " "))
    return pc.if_else(pc.equal(bare, ""), texts, bare)


def _bytes(texts: pa.ChunkedArray) -> list[bytes]:
    found: list[bytes] = pc.fill_null(texts, "").cast(pa.binary()).to_pylist()
    return found
