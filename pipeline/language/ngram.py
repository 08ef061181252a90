"""N-gram language models over arrays.

A model is kept as an ARPA file has it. What smoothing makes (``pipeline.language.smoothing``)
is interpolated once and for all, so that with c a context and c' the same without its first
token, p(w | c) is the probability of the n-gram c w where there is one, and else backoff(c)
times p(w | c').

A text to be scored is counted just as training text is, so that each distinct n-gram in it is
looked up once, however often it occurs.

Shapes: N sentences, T tokens with boundaries, G roots (one a class), V ids, M nodes of a level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from pipeline.language.counts import ABSENT, Ngrams, count
from pipeline.language.smoothing import KneserNey, Smoothing
from pipeline.language.vocabulary import BEGIN, Encoded

ARRAYS_FILE = "ngram-model.npz"


@dataclass(frozen=True)
class Table:
    """The n-grams of one order, as looked up.

    Attributes:
        keys: (M,) int64 sorted; prefix node times V plus the last token.
        probability: (M,) float32 of the last token after the others; 1 for ``<s>``, which is
            given.
        backoff: (P,) float32, one a node of the order below.
    """

    keys: np.ndarray
    probability: np.ndarray
    backoff: np.ndarray


@dataclass(frozen=True)
class Text:
    """Sentences made ready to be scored by any model with the same vocabulary.

    Attributes:
        encoded: the sentences as ids.
        ngrams: the distinct n-grams in them.
        nodes: (order, T) which of them end at each token.
    """

    encoded: Encoded
    ngrams: Ngrams
    nodes: np.ndarray

    @classmethod
    def prepare(cls, encoded: Encoded, *, vocabulary_size: int, order: int) -> Text:
        """Count; a model of this or any lower order can score the result."""
        ngrams, nodes = count(encoded, order=order, vocabulary_size=vocabulary_size)
        return cls(encoded, ngrams, nodes)


class NgramModel:
    """P(token | the tokens before it in its sentence), for one corpus or one a class.

    Tokens are ids, whatever they stand for; 0, 1 and 2 are the symbols of
    ``pipeline.language.vocabulary``.
    """

    def __init__(self, *, vocabulary_size: int, tables: Sequence[Table]) -> None:
        """Use ``fit``, ``estimate`` or ``load`` instead."""
        self.vocabulary_size = vocabulary_size
        self.tables = tuple(tables)

    @property
    def order(self) -> int:
        """The longest n-gram; one token more than the longest context."""
        return len(self.tables)

    @property
    def roots(self) -> int:
        """G: how many corpora, or classes, it models apart."""
        return len(self.tables[0].backoff)

    @property
    def size(self) -> int:
        """How many numbers it has estimated."""
        return sum(len(t.probability) + len(t.backoff) for t in self.tables)

    @classmethod
    def fit(
        cls,
        text: Encoded,
        *,
        vocabulary_size: int,
        order: int = 3,
        smoothing: Smoothing | None = None,
        roots: np.ndarray | None = None,
    ) -> NgramModel:
        """Count and smooth.

        Args:
            text: (N,) sentences as ids.
            vocabulary_size: V, above every id.
            order: the longest n-gram.
            smoothing: modified Kneser-Ney if None.
            roots: (N,) the class of each sentence, 0, 1, ...; one model of all if None.
        """
        ngrams, _ = count(text, order=order, vocabulary_size=vocabulary_size, roots=roots)
        return cls.estimate(ngrams, smoothing=smoothing or KneserNey())

    @classmethod
    def estimate(cls, ngrams: Ngrams, *, smoothing: Smoothing) -> NgramModel:
        """Smooth counts that are there already; the order is theirs."""
        tables = []
        size = ngrams.vocabulary_size
        lower = np.full(ngrams.roots, 1.0 / (size - 1))
        for level, weights in zip(ngrams.levels, smoothing.weigh(ngrams), strict=True):
            lower = weights.probability + weights.backoff[level.prefix] * lower[level.suffix]
            lower[level.token == BEGIN] = 1.0
            tables.append(
                Table(
                    level.prefix * np.int64(size) + level.token,
                    lower.astype(np.float32),
                    weights.backoff.astype(np.float32),
                )
            )
        return cls(vocabulary_size=size, tables=tables)

    def token_log_probabilities(self, text: Text, *, root: int = 0) -> np.ndarray:
        """(T,) natural logarithm of each token's probability; 0 for ``<s>``, which is given."""
        lower = np.array([1.0 / (self.vocabulary_size - 1)])
        match = np.array([root], dtype=np.int32)
        result = np.zeros(len(text.encoded.ids))
        for table, level, nodes in zip(self.tables, text.ngrams.levels, text.nodes, strict=False):
            context = match[level.prefix]
            match = find(table.keys, self.vocabulary_size, context, level.token)
            known = context != ABSENT
            lower = lower[level.suffix]
            lower[known] *= table.backoff[context[known]]
            known = match != ABSENT
            lower[known] = table.probability[match[known]]
            # An order that reaches further back replaces the one before.
            reached = nodes != ABSENT
            result[reached] = np.log(lower)[nodes[reached]]
        result[text.encoded.starts] = 0.0
        return result

    def log_probabilities(self, text: Text) -> np.ndarray:
        """(N, G) natural logarithm of each sentence's probability, ``</s>`` included."""
        starts = text.encoded.starts
        if not len(starts):
            return np.zeros((0, self.roots))
        columns = [
            np.add.reduceat(self.token_log_probabilities(text, root=root), starts)
            for root in range(self.roots)
        ]
        return np.stack(columns, axis=1)

    def prepare(self, text: Encoded) -> Text:
        """Sentences, ready to be scored by this model."""
        return Text.prepare(text, vocabulary_size=self.vocabulary_size, order=self.order)

    @cached_property
    def alone(self) -> np.ndarray:
        """(V,) P(token) of the first root, whatever stands before it; 0 for ``<s>``."""
        first = self.tables[0]
        p = np.full(self.vocabulary_size, first.backoff[0] / (self.vocabulary_size - 1))
        last = np.searchsorted(first.keys, self.vocabulary_size)
        p[first.keys[:last]] = first.probability[:last]
        p[BEGIN] = 0.0
        return p

    def distribution(self, context: Sequence[int] = (), *, root: int = 0) -> np.ndarray:
        """(V,) P(next token | context); 0 for ``<s>``.

        Args:
            context: ids of the sentence so far, from its first; the model adds ``<s>``.
            root: whose model to ask.
        """
        ids = [BEGIN, *context]
        size = self.vocabulary_size
        p = np.full(size, 1.0 / (size - 1))
        for k, table in enumerate(self.tables[: len(ids) + 1]):
            node = self._walk(ids[len(ids) - k :], root)
            if node == ABSENT:
                continue
            first, last = np.searchsorted(table.keys, [node * size, (node + 1) * size])
            p *= table.backoff[node]
            p[table.keys[first:last] - node * size] = table.probability[first:last]
        p[BEGIN] = 0.0
        return p

    def save(self, folder: Path) -> None:
        """Write the tables as npz."""
        arrays = {
            f"{name}_{order}": getattr(table, name)
            for order, table in enumerate(self.tables, start=1)
            for name in ("keys", "probability", "backoff")
        }
        facts = np.array([self.order, self.vocabulary_size])
        np.savez_compressed(folder / ARRAYS_FILE, allow_pickle=False, facts=facts, **arrays)

    @classmethod
    def load(cls, folder: Path) -> NgramModel:
        """Read what ``save`` wrote."""
        with np.load(folder / ARRAYS_FILE, allow_pickle=False) as arrays:
            order, size = arrays["facts"].tolist()
            tables = [
                Table(*(arrays[f"{name}_{k}"] for name in ("keys", "probability", "backoff")))
                for k in range(1, order + 1)
            ]
        return cls(vocabulary_size=size, tables=tables)

    def _walk(self, ids: Sequence[int], root: int) -> int:
        """The node of an n-gram; ``ABSENT`` where there is none."""
        node = np.array([root], dtype=np.int32)
        for table, id_ in zip(self.tables, ids, strict=False):
            node = find(table.keys, self.vocabulary_size, node, np.array([id_]))
        return int(node[0])


def find(keys: np.ndarray, size: int, prefix: np.ndarray, token: np.ndarray) -> np.ndarray:
    """(Q,) the node of each prefix followed by a token; ``ABSENT`` where there is none.

    Args:
        keys: of a ``Table``.
        size: V.
        prefix: (Q,) nodes of the order below, or ``ABSENT``.
        token: (Q,) ids.
    """
    found = np.full(len(prefix), ABSENT, dtype=np.int32)
    known = np.flatnonzero(prefix != ABSENT)
    if not len(keys) or not len(known):
        return found
    wanted = prefix[known] * np.int64(size) + token[known]
    places = np.searchsorted(keys, wanted)
    hits = keys.take(places, mode="clip") == wanted
    found[known[hits]] = places[hits]
    return found
