"""ARPA, the text format in which n-gram models are passed on: writing.

Each order has a section with a line an n-gram: the base 10 logarithm of its probability, its
words, and the logarithm of its backoff weight where a longer n-gram can follow. As lmplz
writes it: ``<s>`` has logarithm 0, and every n-gram below the highest order a backoff weight.

Letters: V ids, M n-grams of an order, R of them at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TextIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import Reporter
from pipeline.language.ngram import NgramModel
from pipeline.language.vocabulary import BEGIN

_TEXT = pa.large_string()
_ROWS = 1 << 18
"""N-grams that are text at a time: memory does not grow with their number."""


def entries(model: NgramModel) -> list[int]:
    """How many n-grams of each order a file has; of order 1 every id."""
    return [model.vocabulary_size, *(len(table.keys) for table in model.tables[1:])]


def write(model: NgramModel, words: Sequence[str], file: TextIO, *, report: Reporter) -> None:
    """Write a model.

    Args:
        model: with one root.
        words: (V,) what each id is written as; distinct, none empty or with white space in it.
        file: to write to.
        report: for progress.
    """
    counts = entries(model)
    with report.progress("writing n-grams", sum(counts)) as advance:
        _write(model, pa.array(words, _TEXT), counts, file, advance)


def _write(
    model: NgramModel,
    spelled: pa.Array,
    counts: Sequence[int],
    file: TextIO,
    advance: Callable[[int], None],
) -> None:
    file.write("\\data\\\n")
    for order, count in enumerate(counts, start=1):
        file.write(f"ngram {order}={count}\n")
    for order, count in enumerate(counts, start=1):
        file.write(f"\n\\{order}-grams:\n")
        probability, backoff = _weights(model, order)
        for start in range(0, count, _ROWS):
            rows = slice(start, start + _ROWS)
            ngrams = [spelled.take(pa.array(ids)) for ids in _ids(model, order, rows)]
            columns = [_logarithms(probability[rows]), _joined(ngrams, " ")]
            if order < model.order:
                columns.append(_logarithms(backoff[rows]))
            lines = _joined(columns, "\t").to_pylist()
            file.write("\n".join(lines) + "\n")
            advance(len(lines))
    file.write("\n\\end\\\n")


def _weights(model: NgramModel, order: int) -> tuple[np.ndarray, np.ndarray]:
    """(M,) probabilities and (M,) backoff weights; the highest order has none of these."""
    above = model.tables[order].backoff if order < model.order else np.zeros(0)
    if order > 1:
        return model.tables[order - 1].probability, above
    # Ids that were never seen are no nodes, but they have a probability each.
    probability = model.alone.copy()
    probability[BEGIN] = 1.0
    backoff = np.ones(model.vocabulary_size)
    if order < model.order:
        backoff[model.tables[0].keys] = above
    return probability, backoff


def _ids(model: NgramModel, order: int, rows: slice) -> list[np.ndarray]:
    """(R,) ids of each n-gram's first token, (R,) of its second, and so on."""
    size = model.vocabulary_size
    if order == 1:
        return [np.arange(size)[rows]]
    node = np.arange(len(model.tables[order - 1].keys))[rows]
    columns = []
    for table in reversed(model.tables[:order]):
        node, token = np.divmod(table.keys[node], size)
        columns.append(token)
    return columns[::-1]


def _logarithms(values: np.ndarray) -> pa.Array:
    """(R,) base 10 logarithms, as short as single precision allows."""
    return pa.array(np.log10(values, dtype=np.float64).astype(np.float32)).cast(_TEXT)


def _joined(columns: Sequence[pa.Array], between: str) -> pa.Array:
    return pc.binary_join_element_wise(*columns, pa.scalar(between, _TEXT))
