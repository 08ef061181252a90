"""Counting n-grams without a dictionary: a trie held in sorted arrays.

An n-gram of order k is a node on level k, numbered by its rank among all n-grams of that
order sorted by (prefix, token), where the prefix is the node of its first k - 1 tokens. So
one sort of integers a level counts everything, and one binary search a level finds a node.

Level 0 holds the roots. A plain model has one. A model with several, one a class, holds a
separate count for each class in the same arrays: its root says whose an n-gram is.

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
        roots = np.zeros(len(text.starts), dtype=np.int64)
    parents = int(roots.max(initial=0)) + 1
    root_count = parents
    below = np.repeat(roots, text.lengths)
    nodes = np.full((order, len(text.ids)), ABSENT, dtype=np.int64)
    levels = []
    for k in range(1, order + 1):
        ends = np.flatnonzero(positions >= k - 1)
        prefix = below[ends - 1] if k > 1 else below
        keys = prefix * vocabulary_size + text.ids[ends]
        distinct, node, seen = np.unique(keys, return_inverse=True, return_counts=True)
        suffix = np.empty(len(distinct), dtype=np.int64)
        suffix[node] = below[ends]
        prefixes, tokens = np.divmod(distinct, vocabulary_size)
        levels.append(Level(prefixes, tokens, suffix, seen, parents))
        nodes[k - 1, ends] = node
        below, parents = nodes[k - 1], len(distinct)
    return Ngrams(tuple(levels), root_count, vocabulary_size), nodes
