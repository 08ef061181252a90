"""TF-IDF features, counted once and weighed as often as a search wants.

Shapes: N rows, F features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pipeline.contracts import Json
from pipeline.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

Family = Literal["words", "characters"]

_WORD = r"\w+|[^\w\s]"
"""Words of one letter and punctuation count too: a ``?``, a Korean word of one syllable."""


def families(
    word_ngrams: tuple[int, int] | None, char_ngrams: tuple[int, int] | None
) -> list[tuple[Family, tuple[int, int]]]:
    """The families that options ask for, each with its lowest and highest order.

    Raises:
        ValueError: there is none, or a lowest order is above the highest.
    """
    if word_ngrams is None and char_ngrams is None:
        raise ValueError("word_ngrams and char_ngrams cannot both be null")
    for name, orders in (("word_ngrams", word_ngrams), ("char_ngrams", char_ngrams)):
        if orders and orders[0] > orders[1]:
            raise ValueError(f"{name}: the lowest order {orders[0]} is above {orders[1]}")
    both: list[tuple[Family, tuple[int, int] | None]] = [
        ("words", word_ngrams),
        ("characters", char_ngrams),
    ]
    return [(family, orders) for family, orders in both if orders is not None]


@dataclass(frozen=True)
class Terms:
    """One family of n-grams: which ones are features, and what each weighs.

    Attributes:
        ngrams: lowest and highest order.
        terms: (F,) in column order.
        idf: (F,) float32 smoothed inverse document frequency.
    """

    family: Family
    ngrams: tuple[int, int]
    terms: Sequence[str]
    idf: np.ndarray

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """(N, F) rows of length one; a text without a known term is a row of zeros."""
        counts = _counter(self.family, self.ngrams, vocabulary=self.terms).transform(texts)
        return weigh(counts, self.idf)

    def facts(self) -> Json:
        """All but ``idf``, for JSON."""
        return {"family": self.family, "ngrams": self.ngrams, "terms": list(self.terms)}

    @classmethod
    def read(cls, facts: Json, idf: np.ndarray) -> Terms:
        """Back from what ``facts`` gave; other keys are passed over."""
        return cls(facts["family"], tuple(facts["ngrams"]), facts["terms"], idf)


@dataclass(frozen=True)
class Counted:
    """One family's counts on the training and the validation rows, before any is left out.

    Attributes:
        train, validation: (N, F) int64 counts.
        frequency: (F,) in how many training rows a term is.
    """

    family: Family
    ngrams: tuple[int, int]
    terms: np.ndarray
    train: csr_matrix
    validation: csr_matrix
    frequency: np.ndarray

    @classmethod
    def count(
        cls,
        family: Family,
        ngrams: tuple[int, int],
        *,
        train: Sequence[str],
        validation: Sequence[str],
    ) -> Counted:
        """Find the terms of the training texts and count them in both.

        Raises:
            DataError: no training text holds one.
        """
        import numpy as np

        counter = _counter(family, ngrams)
        if not any(text.strip() for text in train):
            raise DataError("the training texts are all blank", place="train")
        counts = counter.fit_transform(train)
        frequency = np.bincount(counts.indices, minlength=counts.shape[1])
        return cls(
            family,
            ngrams,
            counter.get_feature_names_out(),
            counts,
            counter.transform(validation),
            frequency,
        )

    def features(self, min_df: int) -> tuple[Terms, csr_matrix, csr_matrix]:
        """The terms in ``min_df`` training rows or more, with both sets of rows weighed.

        Where no term is in so many rows, all are kept.
        """
        import numpy as np

        kept = np.flatnonzero(self.frequency >= min_df)
        if not len(kept):
            kept = np.arange(len(self.terms))
        rows = self.train.shape[0]
        idf = (np.log((1 + rows) / (1 + self.frequency[kept])) + 1).astype(np.float32)
        terms = Terms(self.family, self.ngrams, self.terms[kept].tolist(), idf)
        return terms, weigh(self.train[:, kept], idf), weigh(self.validation[:, kept], idf)


def weigh(counts: csr_matrix, idf: np.ndarray) -> csr_matrix:
    """(N, F) rows of length one, of (1 + log count) * idf.

    Source: scikit-learn's TfidfTransformer with ``sublinear_tf``; the same numbers.
    """
    import numpy as np

    weights = counts.astype(np.float64)
    weights.data = (1 + np.log(weights.data)) * idf[weights.indices]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(weights.indptr))
    squares = np.bincount(rows, weights=weights.data**2, minlength=counts.shape[0])
    weights.data /= np.sqrt(squares)[rows]
    return weights


def joined(parts: Sequence[csr_matrix]) -> csr_matrix:
    """(N, F) families of features side by side."""
    from scipy.sparse import hstack

    return parts[0] if len(parts) == 1 else hstack(parts, format="csr")


def _counter(
    family: Family, ngrams: tuple[int, int], vocabulary: Sequence[str] | None = None
) -> Any:
    from sklearn.feature_extraction.text import CountVectorizer

    if family == "words":
        return CountVectorizer(ngram_range=ngrams, token_pattern=_WORD, vocabulary=vocabulary)
    return CountVectorizer(ngram_range=ngrams, analyzer="char_wb", vocabulary=vocabulary)
