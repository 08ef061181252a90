"""Which tokens of a text are masked: the same ones for every contender that is asked.

What is asked of a text depends on the text alone, so that two contenders that never meet are
asked the same. Words are masked whole or token by token.

Letters: N texts, E examples, T tokens, W words, V ids.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from pipeline.contracts import Subwords
from pipeline.ragged import Ragged


def asked(
    texts: Sequence[str], ids: Ragged, begins: np.ndarray | None, *, probability: float
) -> np.ndarray:
    """(T,) bool which tokens of the texts are asked; fixed by each text.

    Args:
        ids: N sequences, without special tokens.
        begins: (V,) bool as ``word_begins`` gives it, to ask whole words; None for tokens.
        probability: share of the tokens, or words, that are asked.
    """
    owner = np.repeat(np.arange(len(ids)), ids.lengths)
    starts = word_starts(owner, None if begins is None else begins[ids.values])
    words = np.bincount(owner[starts], minlength=len(ids))
    seeds = np.fromiter(map(_seed, texts), dtype=np.uint64, count=len(texts))
    within = np.arange(words.sum()) - np.repeat(np.cumsum(words) - words, words)
    uniform = _hashed(np.repeat(seeds, words) + within.astype(np.uint64) * _GOLDEN)
    return choose(owner, starts, uniform, probability)


def word_starts(owner: np.ndarray, begins: np.ndarray | None) -> np.ndarray:
    """(T,) bool where a word starts: every token where None, and each sequence's first.

    Args:
        owner: (T,) which sequence each token is of, in order.
        begins: (T,) bool tokens that begin a word by themselves.
    """
    if begins is None:
        return np.ones(len(owner), dtype=bool)
    return begins | (np.diff(owner, prepend=-1) != 0)


def choose(
    owner: np.ndarray, starts: np.ndarray, uniform: np.ndarray, probability: float
) -> np.ndarray:
    """(T,) bool the tokens of the words with the smallest numbers of each sequence.

    Args:
        owner: (T,) which sequence each token is of, in order.
        starts: (T,) bool where a word starts.
        uniform: (W,) a number for each word.
        probability: share of a sequence's words; one word at least.
    """
    of_word = owner[starts]
    order = np.lexsort((uniform, of_word))
    words = np.bincount(of_word)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.repeat(np.cumsum(words) - words, words)
    wanted = np.maximum(1, np.rint(words * probability))
    return (rank < wanted[of_word])[np.cumsum(starts) - 1]


def word_begins(subwords: Subwords) -> np.ndarray:
    """(V,) bool sub-words that are spelled apart from what stands before them."""
    before = subwords.encode(["a"])[0][-1:]
    start = len(subwords.decode(before))
    spelled = (subwords.decode([*before, id_])[start:] for id_ in range(subwords.size))
    return np.array([text[:1].isspace() for text in spelled], dtype=bool)


_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def _seed(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _hashed(x: np.ndarray) -> np.ndarray:
    """Well-mixed numbers of numbers.

    Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators",
    figure 18.
    """
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
