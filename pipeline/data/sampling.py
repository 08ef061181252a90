"""Which examples make a step of training.

Letters: E examples, B examples of a step.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np


@dataclass(frozen=True)
class Sampler:
    """Which examples make each step of an epoch: fixed by seed and epoch, whatever came before.

    Attributes:
        examples: how many there are.
        batch_size: of a step; the last one of an epoch takes what is left over.
        classes: (E,) class of each example where rarer classes are to come as often as the
            largest one; None: every example comes once.
    """

    examples: int
    batch_size: int
    seed: int
    classes: np.ndarray | None = None

    @cached_property
    def drawn(self) -> int:
        """Examples in an epoch, those that come again included."""
        if self.classes is None:
            return self.examples
        counts = np.bincount(self.classes)
        return int(np.count_nonzero(counts) * counts.max(initial=0))

    @property
    def steps_an_epoch(self) -> int:
        """Steps in an epoch."""
        return math.ceil(self.drawn / self.batch_size)

    def step(self, epoch: int, index: int) -> np.ndarray:
        """(B,) numbers of the examples of a step."""
        return self._order(epoch)[index * self.batch_size : (index + 1) * self.batch_size]

    @cached_property
    def _order(self) -> Callable[[int], np.ndarray]:
        """The examples of an epoch in order; the last two epochs are kept."""

        @lru_cache(maxsize=2)
        def order(epoch: int) -> np.ndarray:
            rng = np.random.default_rng([self.seed, epoch])
            if self.classes is None:
                return rng.permutation(self.examples)
            return rng.permutation(_evened(self.classes, rng))

        return order


def _evened(classes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Numbers of examples, so many of each class as the largest has; none comes twice more."""
    counts = np.bincount(classes)
    largest = counts.max(initial=0)
    parts = []
    for label in np.flatnonzero(counts).tolist():
        members = np.flatnonzero(classes == label)
        whole, rest = divmod(int(largest), len(members))
        parts += [np.tile(members, whole), rng.permutation(members)[:rest]]
    return np.concatenate(parts)
