"""A cache: what a text has said already, it says again.

Source: Kuhn and De Mori 1990, "A cache-based natural language model for speech recognition",
section 2; here the cache is the whole text so far, and its weight one for all tokens.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.language.vocabulary import Encoded


def shares(text: Encoded) -> np.ndarray:
    """(T,) float64 share of each token among those before it in its text; NaN where none is."""
    sentence = np.repeat(np.arange(len(text.starts)), text.lengths)
    width = int(text.ids.max(initial=0)) + 1
    keys = sentence * np.int64(width) + text.ids
    order = np.argsort(keys, kind="stable")
    new = np.diff(keys[order], prepend=-1) != 0
    firsts = np.flatnonzero(new)
    before = np.empty(len(keys), dtype=np.int64)
    before[order] = np.arange(len(keys)) - np.repeat(firsts, np.diff(firsts, append=len(keys)))
    # The opening symbol is no token that was said.
    said = text.positions - 1
    return np.divide(before, said, out=np.full(len(keys), np.nan), where=said > 0)


def mixed(log_probabilities: np.ndarray, shared: np.ndarray, weight: float) -> np.ndarray:
    """(T,) logarithms of a model's probabilities with the cache's in the given share."""
    if not weight:
        return log_probabilities
    both = (1 - weight) * np.exp(log_probabilities) + weight * shared
    return np.where(np.isnan(shared), log_probabilities, np.log(both))


def mixed_next(probabilities: np.ndarray, said: Sequence[int], weight: float) -> np.ndarray:
    """(V,) a next token's probabilities with the cache's in the given share.

    Args:
        said: ids of the text so far, without its opening symbol.
    """
    if not weight or not len(said):
        return probabilities
    counts = np.bincount(np.asarray(said), minlength=len(probabilities))
    return (1 - weight) * probabilities + weight * counts / len(said)
