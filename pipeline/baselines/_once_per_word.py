"""n-grams of characters inside of words, cut once for each distinct word.

An n-gram that ends where its word ends depends on that word alone, so that a text's counts are
the sum of its words' counts: a product of two sparse matrices. Texts repeat their words, and
cutting words is what takes the time.

Shapes: N rows, W distinct words, F features.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix


class OncePerWord:
    """A counter of scikit-learn for texts, with the same numbers as its analyzer ``char_wb``."""

    def __init__(self, counter: Any) -> None:
        """Take a ``CountVectorizer`` or a ``HashingVectorizer`` whose analyzer that is."""
        self._counter = counter

    def fit_transform(self, texts: Iterable[str]) -> csr_matrix:
        """(N, F) counts, after learning which features there are.

        Raises:
            ValueError: no text holds one.
        """
        words, uses = _words(texts)
        return _in_order(uses @ self._counter.fit_transform(words))

    def transform(self, texts: Iterable[str]) -> csr_matrix:
        """(N, F) counts of the features that are known."""
        words, uses = _words(texts)
        return _in_order(uses @ self._counter.transform(words))

    def get_feature_names_out(self) -> np.ndarray:
        """(F,) in column order."""
        return self._counter.get_feature_names_out()


def _words(texts: Iterable[str]) -> tuple[list[str], csr_matrix]:
    """(W,) words in lower case and (N, W) how often each text has them; W is at least 1."""
    import numpy as np
    from scipy.sparse import csr_matrix

    columns: dict[str, int] = {}
    found, ends = array("q"), array("q", [0])
    for text in texts:
        found.extend(columns.setdefault(word, len(columns)) for word in text.lower().split())
        ends.append(len(found))
    shape = (len(ends) - 1, max(len(columns), 1))
    ones = np.ones(len(found), dtype=np.int64)
    uses = csr_matrix((ones, np.asarray(found), np.asarray(ends)), shape=shape)
    uses.sum_duplicates()
    return list(columns) or [""], uses


def _in_order(counts: csr_matrix) -> csr_matrix:
    counts.sort_indices()
    return counts
