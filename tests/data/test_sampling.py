"""Which examples make a step: fixed by seed and epoch, and evened out where that is asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.data.sampling import Sampler


def epoch(sampler: Sampler, number: int) -> list[np.ndarray]:
    return [sampler.step(number, index) for index in range(sampler.steps_an_epoch)]


@given(st.integers(1, 200), st.integers(1, 40), st.integers(0, 5), st.integers(0, 5))
def test_an_epoch_is_a_permutation_cut_into_steps(
    rows: int, batch_size: int, seed: int, number: int
) -> None:
    sampler = Sampler(rows, batch_size, seed)
    steps = epoch(sampler, number)
    assert sorted(np.concatenate(steps)) == list(range(rows))
    assert all(len(step) == batch_size for step in steps[:-1])
    # A run that goes on has a sampler that has drawn nothing yet.
    again = replace(sampler).step(number, len(steps) - 1)
    assert np.array_equal(again, steps[-1])


def test_seed_and_epoch_each_change_the_order() -> None:
    orders = {
        tuple(np.concatenate(epoch(Sampler(50, 8, seed, classes), number)))
        for seed in (0, 1)
        for number in (0, 1)
        for classes in (None, np.arange(50) % 3)
    }
    assert len(orders) == 8


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(1, 9))
def test_balanced_classes_come_equally_often_and_rows_of_one_class_nearly_so(
    labels: list[int], batch_size: int
) -> None:
    classes = np.asarray(labels)
    sampler = Sampler(len(labels), batch_size, 0, classes)
    drawn = np.concatenate(epoch(sampler, 3))
    assert len(drawn) == sampler.drawn
    largest = np.bincount(classes).max()
    times = np.bincount(drawn, minlength=len(labels))
    for label in np.unique(classes):
        assert times[classes == label].sum() == largest
        assert np.ptp(times[classes == label]) <= 1
