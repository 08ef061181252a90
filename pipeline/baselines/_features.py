"""Weighed terms of texts, counted once and weighed as often as a search wants.

Shapes: N rows, F features.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pipeline.baselines._once_per_word import OncePerWord
from pipeline.baselines._tokens import Cutter
from pipeline.contracts import Json
from pipeline.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

Family = Literal["words", "characters"]
Weighting = Literal["tf-idf", "counts", "presence"]


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
        idf: (F,) float32 smoothed inverse document frequency, for TF-IDF.
        cutter: what n-grams of words are n-grams of.
    """

    family: Family
    ngrams: tuple[int, int]
    terms: Sequence[str]
    idf: np.ndarray
    weighting: Weighting = "tf-idf"
    cutter: Cutter = field(default_factory=Cutter)

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """(N, F) weighed rows; a text without a known term is a row of zeros."""
        counter = _counter(self.family, self.ngrams, vocabulary=self.terms)
        counts = counter.transform(read(self.family, self.cutter, texts))
        return weigh(counts, self.idf, self.weighting)

    def facts(self) -> Json:
        """All but ``idf`` and ``cutter``, for JSON."""
        return {
            "family": self.family,
            "ngrams": self.ngrams,
            "weighting": self.weighting,
            "terms": list(self.terms),
        }

    @classmethod
    def read(cls, facts: Json, idf: np.ndarray, cutter: Cutter | None = None) -> Terms:
        """Back from what ``facts`` gave; other keys are passed over."""
        return cls(
            facts["family"],
            tuple(facts["ngrams"]),
            facts["terms"],
            idf,
            facts["weighting"],
            cutter or Cutter(),
        )


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
    cutter: Cutter

    @classmethod
    def count(
        cls,
        family: Family,
        ngrams: tuple[int, int],
        *,
        train: Sequence[str],
        validation: Sequence[str],
        cutter: Cutter | None = None,
        advance: Callable[[int], None] = lambda done: None,
    ) -> Counted:
        """Find the terms of the training texts and count them in both.

        Args:
            cutter: what n-grams of words are n-grams of; words where there is none.
            advance: told the number of texts done since.

        Raises:
            DataError: no training text holds one.
        """
        import numpy as np

        cutter = cutter or Cutter()
        counter = _counter(family, ngrams)
        try:
            counts = counter.fit_transform(_told(read(family, cutter, train), advance))
        except ValueError:  # what scikit-learn says of an empty vocabulary
            raise DataError("the training texts are all blank", place="train") from None
        frequency = np.bincount(counts.indices, minlength=counts.shape[1])
        return cls(
            family,
            ngrams,
            counter.get_feature_names_out(),
            counts,
            counter.transform(_told(read(family, cutter, validation), advance)),
            frequency,
            cutter,
        )

    def features(
        self, min_df: int, weighting: Weighting = "tf-idf"
    ) -> tuple[Terms, csr_matrix, csr_matrix]:
        """The terms in ``min_df`` training rows or more, with both sets of rows weighed.

        Where no term is in so many rows, all are kept.
        """
        import numpy as np

        kept = np.flatnonzero(self.frequency >= min_df)
        if not len(kept):
            kept = np.arange(len(self.terms))
        rows = self.train.shape[0]
        idf = (np.log((1 + rows) / (1 + self.frequency[kept])) + 1).astype(np.float32)
        names = self.terms[kept].tolist()
        terms = Terms(self.family, self.ngrams, names, idf, weighting, self.cutter)
        train, validation = self.train[:, kept], self.validation[:, kept]
        return terms, weigh(train, idf, weighting), weigh(validation, idf, weighting)


def weigh(counts: csr_matrix, idf: np.ndarray, weighting: Weighting = "tf-idf") -> csr_matrix:
    """(N, F) float64: counts as they are, ones, or rows of length one of (1 + log count) * idf.

    Source: scikit-learn's TfidfTransformer with ``sublinear_tf``; the same numbers.
    """
    import numpy as np

    weights = counts.astype(np.float64)
    if weighting == "tf-idf":
        weights.data = (1 + np.log(weights.data)) * idf[weights.indices]
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(weights.indptr))
        squares = np.bincount(rows, weights=weights.data**2, minlength=counts.shape[0])
        weights.data /= np.sqrt(squares)[rows]
    elif weighting == "presence":
        weights.data[:] = 1
    return weights


def joined(parts: Sequence[csr_matrix]) -> csr_matrix:
    """(N, F) families of features side by side."""
    from scipy.sparse import hstack

    return parts[0] if len(parts) == 1 else hstack(parts, format="csr")


def read(family: Family, cutter: Cutter, texts: Iterable[str]) -> Iterable[Any]:
    """What a counter is given: lists of tokens, or texts."""
    return cutter.cut(texts) if family == "words" else texts


def _told(items: Iterable[Any], advance: Callable[[int], None]) -> Iterator[Any]:
    for item in items:
        yield item
        advance(1)


def _counter(
    family: Family, ngrams: tuple[int, int], vocabulary: Sequence[str] | None = None
) -> Any:
    from sklearn.feature_extraction.text import CountVectorizer

    return counter(CountVectorizer, family, ngrams, vocabulary=vocabulary)


def counter(
    make: Callable[..., Any], family: Family, ngrams: tuple[int, int], **options: Any
) -> Any:
    """A counter of n-grams of what ``read`` gives it.

    Args:
        make: scikit-learn's ``CountVectorizer`` or ``HashingVectorizer``.
        options: what else it is made with.
    """
    if family == "characters":
        # Texts are in lower case when they come to it as words.
        return OncePerWord(make(ngram_range=ngrams, analyzer="char_wb", lowercase=False, **options))
    cut_already = {"preprocessor": _as_it_is, "tokenizer": _as_it_is, "token_pattern": None}
    return make(ngram_range=ngrams, **cut_already, **options)


def _as_it_is(tokens: Any) -> Any:
    """What scikit-learn is to do with tokens that are cut already."""
    return tokens
