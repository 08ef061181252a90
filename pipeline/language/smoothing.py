"""How seen n-grams give probability to unseen ones.

Every method here interpolates, so that one recursion serves them all. With c a context, c' the
same without its first token, and p of the empty context's lower order uniform over V - 1 ids
(``<s>`` is never predicted):

    p(w | c) = probability(c w) + backoff(c) * p(w | c')

A method sets ``probability`` of every n-gram seen and ``backoff`` of every context seen; for
each context they sum to one, whence so does p. Unseen contexts have backoff 1.

Source: Chen and Goodman 1999, "An empirical study of smoothing techniques for language
modeling", sections 2 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pipeline.language.counts import Level, Ngrams
from pipeline.language.vocabulary import BEGIN

FALLBACK_DISCOUNTS = (0.5, 1.0, 1.5)
"""Where the counts of counts give no usable discount, as in lmplz --discount_fallback."""


@dataclass(frozen=True)
class Weights:
    """One order's share in the interpolation.

    Attributes:
        probability: (M,) what an n-gram itself has.
        backoff: (P,) what its context leaves to the order below.
    """

    probability: np.ndarray
    backoff: np.ndarray


class Smoothing(Protocol):
    """Turns counts into interpolation weights."""

    def weigh(self, ngrams: Ngrams) -> list[Weights]:
        """The weights of each order in turn."""


@dataclass(frozen=True)
class AddK:
    """``k`` extra counts for every word in every context, shared out as the order below says.

    On order 1 this is Lidstone's law (k = 1: Laplace's). Above it, a Dirichlet prior of mass
    kV with the lower order as its mean, so that an unseen context backs off to it.

    Source: MacKay and Peto 1995, "A hierarchical Dirichlet language model", section 3.
    """

    k: float

    def weigh(self, ngrams: Ngrams) -> list[Weights]:
        """See ``Smoothing``."""
        mass = self.k * (ngrams.vocabulary_size - 1)
        weights = []
        for level in ngrams.levels:
            seen = _predicted(level, level.count)
            total = level.sum_by_prefix(seen) + mass
            weights.append(Weights(seen / total[level.prefix], mass / total))
        return weights


@dataclass(frozen=True)
class WittenBell:
    """A context leaves to the order below in proportion to how many words followed it.

    Source: Witten and Bell 1991, method C; Chen and Goodman 1999, section 2.4.
    """

    def weigh(self, ngrams: Ngrams) -> list[Weights]:
        """See ``Smoothing``."""
        weights = []
        for level in ngrams.levels:
            seen = _predicted(level, level.count)
            kinds = level.sum_by_prefix(seen > 0)
            total = level.sum_by_prefix(seen) + kinds
            weights.append(_shares(level, seen, kinds, total))
        return weights


@dataclass(frozen=True)
class KneserNey:
    """Modified Kneser-Ney: three discounts an order, and lower orders that count contexts.

    Below the highest order an n-gram counts for the number of different words before it, not
    for how often it was seen; one that opens a sentence has none and keeps its count. With
    several roots the discounts are those of all roots together: a class of ten sentences has
    too few n-grams for its own.

    Source: Chen and Goodman 1999, section 3; Heafield et al. 2013 (P13-2121), section 3.
    """

    def weigh(self, ngrams: Ngrams) -> list[Weights]:
        """See ``Smoothing``."""
        weights = []
        for level, seen in zip(ngrams.levels, _adjusted(ngrams), strict=True):
            by_count = np.array([0.0, *discounts(seen)])
            taken = by_count[np.minimum(seen, 3)]
            total = level.sum_by_prefix(seen)
            weights.append(_shares(level, seen - taken, level.sum_by_prefix(taken), total))
        return weights


def discounts(counts: np.ndarray) -> tuple[float, float, float]:
    """What to take from a count of one, of two, and of three or more.

    Args:
        counts: (M,) the adjusted counts of one order.

    Source: Chen and Goodman 1999, section 3, equation 17.
    """
    n1, n2, n3, n4 = (int(np.count_nonzero(counts == n)) for n in (1, 2, 3, 4))
    if not (n1 and n2 and n3):
        return FALLBACK_DISCOUNTS
    y = n1 / (n1 + 2 * n2)
    found = (1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)
    # Zero is refused too (lmplz lets it pass): a context could then leave nothing to the unseen.
    usable = all(0 < discount <= j for j, discount in enumerate(found, start=1))
    return found if usable else FALLBACK_DISCOUNTS


def _predicted(level: Level, counts: np.ndarray) -> np.ndarray:
    """The counts, with none for ``<s>``, which is a context only."""
    return np.where(level.token == BEGIN, 0, counts)


def _adjusted(ngrams: Ngrams) -> list[np.ndarray]:
    """Per order (M,) the counts that Kneser-Ney smooths."""
    adjusted = []
    opens = np.zeros(ngrams.roots, dtype=bool)
    above = [*ngrams.levels[1:], None]
    for level, longer in zip(ngrams.levels, above, strict=True):
        first = level is ngrams.levels[0]
        opens = level.token == BEGIN if first else opens[level.prefix]
        seen = level.count
        if longer is not None:
            before = np.bincount(longer.suffix, minlength=len(level))
            seen = np.where(opens, level.count, before)
        adjusted.append(_predicted(level, seen))
    return adjusted


def _shares(level: Level, kept: np.ndarray, left: np.ndarray, total: np.ndarray) -> Weights:
    """Divide by each context's total; a context that predicted nothing leaves everything.

    Args:
        level: whose n-grams these are.
        kept: (M,) an n-gram's own mass.
        left: (P,) the mass that a context leaves to the order below.
        total: (P,) both together.
    """
    empty = total == 0
    total = np.where(empty, 1.0, total)
    return Weights(kept / total[level.prefix], np.where(empty, 1.0, left / total))
