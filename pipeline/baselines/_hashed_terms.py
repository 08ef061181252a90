"""Terms without a vocabulary: n-grams in the columns of their hashes.

Shapes: N rows, F columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.baselines._features import Family, counter, read, weigh
from pipeline.baselines._tokens import Cutter
from pipeline.contracts import Json

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

COLUMNS = 2**20
"""F."""

Kinds = Sequence[tuple[Family, tuple[int, int]]]


@dataclass(frozen=True)
class HashedTerms:
    """All families of n-grams in the same columns, each term in that of its hash.

    Attributes:
        kinds: families with their orders.
        idf: (F,) float32.
    """

    kinds: Kinds
    idf: np.ndarray
    cutter: Cutter
    family: str = "hashed"

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """(N, F) rows of length one."""
        return weigh(hashed(texts, self.kinds, self.cutter), self.idf)

    def facts(self) -> Json:
        """All but ``idf`` and ``cutter``, for JSON."""
        return {"family": self.family, "kinds": [list(kind) for kind in self.kinds]}

    @classmethod
    def read(cls, facts: Json, idf: np.ndarray, cutter: Cutter) -> HashedTerms:
        """Back from what ``facts`` gave."""
        return cls([(name, tuple(orders)) for name, orders in facts["kinds"]], idf, cutter)


def hashed(texts: Sequence[str], kinds: Kinds, cutter: Cutter) -> csr_matrix:
    """(N, F) counts."""
    from scipy.sparse import csr_matrix

    found = csr_matrix((len(texts), COLUMNS))
    for family, orders in kinds:
        if texts:
            found += _hasher(family, orders).transform(read(family, cutter, texts))
    return found


def _hasher(family: Family, orders: tuple[int, int]) -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    options = {"n_features": COLUMNS, "norm": None, "alternate_sign": False}
    return counter(HashingVectorizer, family, orders, **options)
