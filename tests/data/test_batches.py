"""A step's rows in few, well filled passes: all of them, once."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.data.batches import Cutting, micro_batches

lengths_of_rows = st.lists(st.integers(1, 40), min_size=1, max_size=40)
cuttings = st.builds(
    Cutting,
    max_tokens=st.integers(8, 200),
    max_rows=st.none() | st.integers(1, 9),
    overhead=st.integers(0, 60),
)


@given(lengths_of_rows, cuttings, st.randoms(use_true_random=False))
def test_passes_hold_every_row_of_the_step_once_and_keep_to_the_limits(
    lengths: list[int], cutting: Cutting, random: Any
) -> None:
    rows = np.asarray(random.sample(range(len(lengths)), k=random.randint(1, len(lengths))))
    sizes = np.asarray(lengths)
    passes = micro_batches(rows, sizes, cutting)
    assert sorted(np.concatenate(passes)) == sorted(rows)
    for mine in passes:
        assert len(mine) > 0
        if len(mine) > 1:
            assert len(mine) * sizes[mine].max() <= cutting.max_tokens
        assert cutting.max_rows is None or len(mine) <= cutting.max_rows
    assert all(sizes[a].min() >= sizes[b].max() for a, b in pairwise(passes))


@given(st.lists(st.integers(1, 30), min_size=1, max_size=9), st.integers(0, 60))
def test_without_limits_no_cut_is_cheaper(lengths: list[int], overhead: int) -> None:
    sizes = np.sort(np.asarray(lengths))[::-1]
    many = Cutting(max_tokens=10**6, overhead=overhead)
    found = micro_batches(np.arange(len(sizes)), sizes, many)
    cost = sum(len(mine) * int(sizes[mine].max()) + overhead for mine in found)
    best = min(
        sum((b - a) * int(sizes[a]) + overhead for a, b in pairwise([0, *cuts, len(sizes)]))
        for cuts in subsets(range(1, len(sizes)))
    )
    assert cost == best


def subsets(items: range) -> list[list[int]]:
    """All subsets, each in order."""
    found: list[list[int]] = [[]]
    for item in items:
        found += [[*subset, item] for subset in found]
    return found
