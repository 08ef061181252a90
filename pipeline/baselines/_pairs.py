"""How alike are two texts? Features that look at words and characters alone.

Shapes: N rows, S similarities.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.baselines._features import Terms

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from scipy.sparse import csr_matrix

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")


def sides(table: pa.Table) -> list[list[str]]:
    """The texts of all rows, one list a side: one, or two where rows are pairs."""
    return [table[name].to_pylist() for name in ("text", "text_pair") if name in table.column_names]


def similarities(
    weighed: Sequence[Sequence[csr_matrix]], texts: Sequence[Sequence[str]]
) -> np.ndarray:
    """(N, S) float64; of single texts, how long they are.

    Args:
        weighed: for each side the TF-IDF rows of each family, of length one.
        texts: the same sides as they are written.
    """
    import numpy as np

    counted = np.asarray(
        [[(len(_WORD.findall(text)), len(text)) for text in side] for side in texts]
    )
    lengths = np.log1p(counted.astype(np.float64))
    if len(texts) == 1:
        return lengths[0].reshape(-1, 2)
    columns = [*np.abs(lengths[0] - lengths[1]).reshape(-1, 2).T]
    for left, right in zip(*weighed, strict=True):
        cosine = np.asarray(left.multiply(right).sum(axis=1), dtype=np.float64).ravel()
        columns += [cosine, cosine**2, np.sqrt(np.clip(cosine, 0, None))]
    for pattern in (_WORD, _NUMBER):
        pairs = [
            (set(pattern.findall(a.lower())), set(pattern.findall(b.lower())))
            for a, b in zip(*texts, strict=True)
        ]
        columns += [np.asarray([_jaccard(a, b) for a, b in pairs], dtype=np.float64)]
        columns += [np.asarray([_contained(a, b) for a, b in pairs], dtype=np.float64)]
    return np.stack(columns, axis=1)


def contrast(left: csr_matrix, right: csr_matrix) -> csr_matrix:
    """(N, 2F) which terms only one side has, and which both have."""
    from scipy.sparse import hstack

    return hstack([abs(left - right), left.multiply(right)], format="csr")


def _jaccard(a: set[str], b: set[str]) -> float:
    """Shared among all; two texts without any word are alike."""
    return len(a & b) / len(a | b) if a or b else 1.0


def _contained(a: set[str], b: set[str]) -> float:
    """How much of the shorter one is in the longer one."""
    return len(a & b) / min(len(a), len(b)) if a and b else float(a == b)


def transformed(terms: Sequence[Terms], texts: Sequence[Sequence[str]]) -> list[list[csr_matrix]]:
    """For each side the TF-IDF rows of each family."""
    return [[one.transform(side) for one in terms] for side in texts]
