"""How alike are two texts? Features that look at words and characters alone.

Shapes: N rows, S similarities.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.baselines._features import Terms

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from scipy.sparse import csr_matrix

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\da-zA-Z_]+")
"""``parseHTML_v2`` -> ``parse``, ``HTML``, ``v``, ``2``: what identifiers are made of."""

_STEM = 5
"""First letters of a piece that tell words from each other, and leave endings out."""


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

    lengths = np.log1p(np.asarray([_lengths(side) for side in texts], dtype=np.float64))
    if len(texts) == 1:
        return lengths[0].reshape(-1, 2)
    columns = [*(lengths[0] - lengths[1]).reshape(-1, 2).T]
    columns += [np.abs(column) for column in columns]
    for left, right in zip(*weighed, strict=True):
        columns += _of_terms(left, right)
    for cut in (_words, _stems, _numbers):
        columns += _of_sets([cut(text) for text in texts[0]], [cut(text) for text in texts[1]])
    return np.stack(columns, axis=1)


def contrast(left: csr_matrix, right: csr_matrix) -> csr_matrix:
    """(N, 2F) which terms only one side has, and which both have."""
    from scipy.sparse import hstack

    return hstack([abs(left - right), left.multiply(right)], format="csr")


def transformed(terms: Sequence[Terms], texts: Sequence[Sequence[str]]) -> list[list[csr_matrix]]:
    """For each side the TF-IDF rows of each family."""
    return [[one.transform(side) for one in terms] for side in texts]


def _of_terms(left: csr_matrix, right: csr_matrix) -> Iterator[np.ndarray]:
    """Cosine, its square and root, and the weight of what is shared in each side's whole."""
    import numpy as np

    def total(matrix: csr_matrix) -> np.ndarray:
        found: np.ndarray = np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()
        return found

    cosine = total(left.multiply(right))
    yield from (cosine, cosine**2, np.sqrt(np.clip(cosine, 0, None)))
    shared = left.multiply(right > 0), right.multiply(left > 0)
    for part, whole in zip(shared, (left, right), strict=True):
        yield total(part) / np.maximum(total(whole), 1e-12)


def _of_sets(left: Sequence[set[str]], right: Sequence[set[str]]) -> Iterator[np.ndarray]:
    """How many are shared, and of how many: of all, and of each side's own."""
    import numpy as np

    pairs = list(zip(left, right, strict=True))
    measures: tuple[Callable[[set[str], set[str]], float], ...] = (
        lambda a, b: _share(a & b, a | b),
        lambda a, b: _share(a & b, a),
        lambda a, b: _share(a & b, b),
        lambda a, b: float(bool(a & b)),
    )
    for measure in measures:
        yield np.asarray([measure(a, b) for a, b in pairs], dtype=np.float64)
    yield np.log1p(np.asarray([len(a & b) for a, b in pairs], dtype=np.float64))


def _share(part: set[str], whole: set[str]) -> float:
    """Nothing is wholly a part of nothing."""
    return len(part) / len(whole) if whole else 1.0


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _stems(text: str) -> set[str]:
    return {piece.lower()[:_STEM] for piece in _PIECE.findall(text)}


def _numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(text))


def _lengths(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Words and characters of each text."""
    return [(len(_WORD.findall(text)), len(text)) for text in texts]
