"""Counting n-grams without a dictionary: a trie held in sorted arrays.

An n-gram of order k is a node on level k, numbered by its rank among all n-grams of that
order sorted by (prefix, token), where the prefix is the node of its first k - 1 tokens. So
a level is the one below with its runs of equal prefixes sorted by one token more, and one
binary search a level finds a node.

Level 0 holds the roots. A plain model has one. A model with several, one a class, holds a
separate count for each class in the same arrays: its root says whose an n-gram is.

Numbers of nodes are int32, which two thousand million tokens would overflow.

Shapes: T tokens, M nodes of a level, P nodes of the level below, V ids.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.language.vocabulary import Encoded

ABSENT = -1
"""In the place of a node: there is no such n-gram."""

_BITS = 63
"""Of an integer that is not negative."""


@dataclass(frozen=True)
class Level:
    """The distinct n-grams of one order, sorted by prefix, then token.

    Attributes:
        prefix: (M,) the node below without the last token.
        token: (M,) the last token's id.
        suffix: (M,) the node below without the first token; the root on level 1.
        count: (M,) how often it was seen.
        parents: P, how many nodes the level below has.
    """

    prefix: np.ndarray
    token: np.ndarray
    suffix: np.ndarray
    count: np.ndarray
    parents: int

    def __len__(self) -> int:
        return len(self.token)

    def sum_by_prefix(self, values: np.ndarray) -> np.ndarray:
        """(P,) float64 sum of (M,) values over the n-grams that continue each prefix."""
        return np.bincount(self.prefix, weights=values, minlength=self.parents)


@dataclass(frozen=True)
class Ngrams:
    """N-grams of every order up to a highest one.

    Attributes:
        levels: orders 1, 2, ... in turn.
        roots: how many separate counts these are.
        vocabulary_size: V.
    """

    levels: tuple[Level, ...]
    roots: int
    vocabulary_size: int

    def up_to(self, order: int) -> Ngrams:
        """The same counts without the orders above ``order``."""
        return Ngrams(self.levels[:order], self.roots, self.vocabulary_size)


def count(
    text: Encoded, *, order: int, vocabulary_size: int, roots: np.ndarray | None = None
) -> tuple[Ngrams, np.ndarray]:
    """Count the n-grams of every order that lie within a sentence.

    A sentence opens with a single ``<s>``: near its start contexts are shorter, rather than
    padded. This equals padding where n-grams with ``<s>`` past the first place are dropped.

    Args:
        text: sentences as ids.
        order: the highest order, 1 or more.
        vocabulary_size: V, above every id.
        roots: (N,) the root of each sentence, 0, 1, ... without gaps at the top; all 0 if None.

    Returns:
        The counts, and (order, T) the node of each order that ends at each token, ``ABSENT``
        where the sentence is not that long yet.
    """
    if roots is None:
        roots = np.zeros(len(text.starts), dtype=np.int32)
    root_count = parents = int(roots.max(initial=0)) + 1
    below = np.repeat(roots.astype(np.int32), text.lengths)
    closes = np.zeros(len(text.ids), dtype=bool)
    closes[text.starts + text.lengths - 1] = True
    nodes = np.full((order, len(text.ids)), ABSENT, dtype=np.int32)
    ends = np.argsort(below, kind="stable")
    prefix = below[ends]
    levels = []
    for node in nodes:
        same = prefix[1:] == prefix[:-1]
        token = _sort_runs(prefix, same, ends, text.ids, vocabulary_size)
        first, number = _numbered(same, token)
        node[ends] = number
        seen = np.diff(first, append=len(ends)).astype(np.int32)
        level = Level(prefix[first], token[first], below[ends[first]], seen, parents)
        levels.append(level)
        # An n-gram goes on where its sentence does, in the order that was just found.
        on = np.flatnonzero(~closes[ends])
        ends, prefix = ends[on] + 1, number[on]
        below, parents = node, len(level)
    return Ngrams(tuple(levels), root_count, vocabulary_size), nodes


def _sort_runs(
    prefix: np.ndarray, same: np.ndarray, ends: np.ndarray, ids: np.ndarray, size: int
) -> np.ndarray:
    """Sort n-grams that are sorted by prefix already by their last token too, in place.

    A prefix that was seen once has nothing to sort; with the order that is most of them.

    Args:
        prefix: (Q,) node of each n-gram seen, without its last token; ascending.
        same: (Q - 1,) where a prefix is the one before.
        ends: (Q,) where each n-gram ends in the text; reordered.
        ids: (T,) the text.
        size: V.

    Returns:
        (Q,) the last tokens in the new order.
    """
    token = ids[ends]
    several = np.zeros(len(ends), dtype=bool)
    several[1:] = same
    several[:-1] |= same
    places = np.flatnonzero(several)
    if len(places):
        keys = prefix[places] * np.int64(size) + token[places]
        order = places[_order(keys, below=(int(prefix[-1]) + 1) * size)]
        ends[places] = ends[order]
        token[places] = token[order]
    return token


def _order(keys: np.ndarray, *, below: int) -> np.ndarray:
    """(Q,) what sorts (Q,) keys from 0 up to ``below``; the same keys stay in order.

    Where a key and its place fit into one integer, sorting those is several times faster than
    sorting places by keys.
    """
    bits = len(keys).bit_length()
    if below.bit_length() + bits > _BITS:
        return np.argsort(keys, kind="stable")
    packed = keys << bits
    packed |= np.arange(len(keys))
    packed.sort()
    packed &= (1 << bits) - 1
    return packed


def _numbered(same: np.ndarray, token: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number sorted n-grams from 0, equal ones alike.

    Args:
        same: (Q - 1,) where a prefix is the one before.
        token: (Q,) last tokens.

    Returns:
        The place of the first of each number, and (Q,) int32 numbers.
    """
    new = np.ones(len(token), dtype=bool)
    new[1:] = ~same | (token[1:] != token[:-1])
    return np.flatnonzero(new), np.cumsum(new, dtype=np.int32) - np.int32(1)
