"""Interpolated n-gram language models over arrays.

A text to be scored is counted just as training text is, so that each distinct n-gram in it is
looked up and interpolated once, however often it occurs.

Shapes: N sentences, T tokens with boundaries, G roots (one a class), V ids, M nodes of a level.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.language.counts import ABSENT, Ngrams, count
from pipeline.language.smoothing import KneserNey, Smoothing
from pipeline.language.vocabulary import BEGIN, Encoded, Vocabulary

ARRAYS_FILE = "ngrams.npz"
VOCABULARY_FILE = "vocabulary.json"
FACTS_FILE = "model.json"


@dataclass(frozen=True)
class Table:
    """The n-grams of one order with their weights, as looked up.

    Attributes:
        keys: (M,) int64 sorted; prefix node times V plus the last token.
        probability: (M,) float32, see ``pipeline.language.smoothing``.
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
    def prepare(
        cls, sentences: Sequence[Sequence[str]], *, vocabulary: Vocabulary, order: int
    ) -> Text:
        """Encode and count; a model of this or any lower order can score the result."""
        encoded = vocabulary.encode(sentences)
        ngrams, nodes = count(encoded, order=order, vocabulary_size=len(vocabulary))
        return cls(encoded, ngrams, nodes)


class NgramModel:
    """P(token | the tokens before it in its sentence), for one corpus or one a class."""

    def __init__(self, *, vocabulary: Vocabulary, tables: Sequence[Table]) -> None:
        """Use ``fit``, ``estimate`` or ``load`` instead."""
        self.vocabulary = vocabulary
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
        sentences: Sequence[Sequence[str]],
        *,
        order: int = 3,
        smoothing: Smoothing | None = None,
        vocabulary: Vocabulary | None = None,
        roots: np.ndarray | None = None,
    ) -> NgramModel:
        """Count and smooth.

        Args:
            sentences: (N,) tokens of each sentence, without boundaries.
            order: the longest n-gram.
            smoothing: modified Kneser-Ney if None.
            vocabulary: every token of the sentences if None.
            roots: (N,) the class of each sentence, 0, 1, ...; one model of all if None.
        """
        vocabulary = vocabulary or Vocabulary.build(sentences)
        ngrams, _ = count(
            vocabulary.encode(sentences),
            order=order,
            vocabulary_size=len(vocabulary),
            roots=roots,
        )
        return cls.estimate(ngrams, vocabulary=vocabulary, smoothing=smoothing or KneserNey())

    @classmethod
    def estimate(
        cls, ngrams: Ngrams, *, vocabulary: Vocabulary, smoothing: Smoothing
    ) -> NgramModel:
        """Smooth counts that are there already; the order is theirs."""
        tables = [
            Table(
                level.prefix * ngrams.vocabulary_size + level.token,
                weights.probability.astype(np.float32),
                weights.backoff.astype(np.float32),
            )
            for level, weights in zip(ngrams.levels, smoothing.weigh(ngrams), strict=True)
        ]
        return cls(vocabulary=vocabulary, tables=tables)

    def token_log_probabilities(self, text: Text, *, root: int = 0) -> np.ndarray:
        """(T,) natural logarithm of each token's probability; 0 for ``<s>``, which is given."""
        lower = np.array([1.0 / (len(self.vocabulary) - 1)])
        match = np.array([root], dtype=np.int64)
        result = np.zeros(len(text.encoded.ids))
        for table, level, nodes in zip(self.tables, text.ngrams.levels, text.nodes, strict=False):
            context = match[level.prefix]
            match = self._find(table, context, level.token)
            own = _gather(table.probability, match, absent=0.0)
            left = _gather(table.backoff, context, absent=1.0)
            lower = own + left * lower[level.suffix]
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

    def prepare(self, sentences: Sequence[Sequence[str]]) -> Text:
        """Sentences, ready to be scored by this model."""
        return Text.prepare(sentences, vocabulary=self.vocabulary, order=self.order)

    def distribution(self, context: Sequence[str] = (), *, root: int = 0) -> np.ndarray:
        """(V,) P(next token | context); 0 for ``<s>``.

        Args:
            context: the sentence so far, from its first token; the model adds ``<s>``.
            root: whose model to ask.
        """
        ids = [BEGIN, *self.vocabulary.lookup(context)]
        size = len(self.vocabulary)
        p = np.full(size, 1.0 / (size - 1))
        p[BEGIN] = 0.0
        for k, table in enumerate(self.tables):
            node = self._walk(ids[len(ids) - k :], root) if k <= len(ids) else ABSENT
            if node == ABSENT:
                break
            first, last = np.searchsorted(table.keys, [node * size, (node + 1) * size])
            p *= table.backoff[node]
            p[table.keys[first:last] - node * size] += table.probability[first:last]
        return p

    def save(self, folder: Path) -> None:
        """Write the vocabulary as JSON and the tables as npz."""
        arrays = {
            f"{name}_{order}": getattr(table, name)
            for order, table in enumerate(self.tables, start=1)
            for name in ("keys", "probability", "backoff")
        }
        np.savez_compressed(folder / ARRAYS_FILE, allow_pickle=False, **arrays)
        self.vocabulary.save(folder / VOCABULARY_FILE)
        (folder / FACTS_FILE).write_text(json.dumps({"order": self.order}), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> NgramModel:
        """Read what ``save`` wrote."""
        order = json.loads((folder / FACTS_FILE).read_text("utf-8"))["order"]
        with np.load(folder / ARRAYS_FILE, allow_pickle=False) as arrays:
            tables = [
                Table(*(arrays[f"{name}_{k}"] for name in ("keys", "probability", "backoff")))
                for k in range(1, order + 1)
            ]
        return cls(vocabulary=Vocabulary.load(folder / VOCABULARY_FILE), tables=tables)

    def _find(self, table: Table, prefix: np.ndarray, token: np.ndarray) -> np.ndarray:
        """(Q,) the node of each prefix followed by a token; ``ABSENT`` where there is none."""
        found = np.full(len(prefix), ABSENT, dtype=np.int64)
        known = np.flatnonzero(prefix >= 0)
        if not len(table.keys) or not len(known):
            return found
        keys = prefix[known] * len(self.vocabulary) + token[known]
        places = np.searchsorted(table.keys, keys)
        hits = table.keys.take(places, mode="clip") == keys
        found[known[hits]] = places[hits]
        return found

    def _walk(self, ids: Sequence[int], root: int) -> int:
        """The node of an n-gram; ``ABSENT`` where there is none."""
        node = np.array([root], dtype=np.int64)
        for table, id_ in zip(self.tables, ids, strict=False):
            node = self._find(table, node, np.array([id_]))
        return int(node[0])


def _gather(values: np.ndarray, nodes: np.ndarray, *, absent: float) -> np.ndarray:
    """(Q,) float64 the value of each node; ``absent`` where there is no node."""
    gathered = np.full(len(nodes), absent)
    known = nodes != ABSENT
    gathered[known] = values[nodes[known]]
    return gathered
