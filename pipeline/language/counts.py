"""Counting n-grams without a dictionary: a trie held in sorted arrays.

An n-gram of order k is a node on level k, numbered by its rank among all n-grams of that
order sorted by (prefix, token), where the prefix is the node of its first k - 1 tokens. So
one sort of integers a level counts everything, and one binary search a level finds a node.

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
    positions = text.positions
    if roots is None:
        roots = np.zeros(len(text.starts), dtype=np.int32)
    parents = int(roots.max(initial=0)) + 1
    root_count = parents
    below = np.repeat(roots.astype(np.int32), text.lengths)
    nodes = np.full((order, len(text.ids)), ABSENT, dtype=np.int32)
    levels = []
    for k in range(1, order + 1):
        ends = np.flatnonzero(positions >= k - 1)
        prefix = below[ends - 1] if k > 1 else below
        level, node = _level(prefix, text.ids[ends], below[ends], parents, vocabulary_size)
        levels.append(level)
        nodes[k - 1, ends] = node
        below, parents = nodes[k - 1], len(level)
    return Ngrams(tuple(levels), root_count, vocabulary_size), nodes


def _level(
    prefix: np.ndarray, token: np.ndarray, suffix: np.ndarray, parents: int, size: int
) -> tuple[Level, np.ndarray]:
    """Number n-grams by one sort of their keys.

    Args:
        prefix: (Q,) node of each n-gram seen, without its last token.
        token: (Q,) its last token.
        suffix: (Q,) its node without the first token.
        parents: how many nodes the level below has.
        size: V.

    Returns:
        The level, and (Q,) int32 the node of each n-gram seen.
    """
    keys = prefix * np.int64(size) + token
    order = np.argsort(keys)
    keys = keys[order]
    new = np.empty(len(keys), dtype=bool)
    new[:1] = True
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    first = np.flatnonzero(new)
    node = np.empty(len(keys), dtype=np.int32)
    node[order] = np.cumsum(new, dtype=np.int32) - np.int32(1)
    one = order[first]
    seen = np.diff(first, append=len(keys)).astype(np.int32)
    return Level(prefix[one], token[one], suffix[one], seen, parents), node
