"""Lines of an ARPA file's sections: numbers and words, or what is wrong with them.

Letters: R lines at a time, k the order of their n-grams.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from pipeline.language.vocabulary import UNKNOWN

SMALLEST = float(np.finfo(np.float32).tiny)
"""For what single precision has no number, such as SRILM's 10^-99: 10^-38."""

_ABOVE = np.array([[1e-4], [38.0]])
"""Above what a logarithm of a probability, rounded, and of a backoff weight may be."""

_FIELDS = 3
"""Logarithm, words, backoff weight."""

_OTHER_UNKNOWN = "<UNK>"

Block = Sequence[tuple[int, str]]
"""Line number, from 1, and the line without its end."""


def number(block: Block, ids: dict[str, int]) -> None:
    """Give each new word of 1-grams an id; ``<UNK>`` is ``<unk>`` as some toolkits write it."""
    for _, line in block:
        word = line.partition("\t")[2].partition("\t")[0]
        new = UNKNOWN if word == _OTHER_UNKNOWN else len(ids) - (_OTHER_UNKNOWN in ids)
        ids.setdefault(word, new)


def parse(block: Block, order: int, ids: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray] | None:
    """(k, R) int32 ids, and (2, R) probabilities and backoff weights; None if a line is wrong."""
    rows = [line.split("\t") for _, line in block]
    try:
        ngrams = [row[1].split(" ") for row in rows]
        logarithms = np.array(
            [
                [float(row[0]) for row in rows],
                [float(row[2]) if row[2:] else 0.0 for row in rows],
            ]
        )
        words = np.array([ids[word] for ngram in ngrams for word in ngram], dtype=np.int32)
    except (KeyError, IndexError, ValueError):
        return None
    whole = {*map(len, ngrams)} == {order} and max(map(len, rows)) <= _FIELDS
    if not whole or not (logarithms < _ABOVE).all():
        return None
    return words.reshape(-1, order).T, np.maximum(np.power(10.0, logarithms), SMALLEST)


def faults(block: Block, order: int, ids: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    """Number of each wrong line, and what is wrong with it."""
    for place, line in block:
        message = _fault(line, order, ids)
        if message:
            yield place, message


def _fault(line: str, order: int, ids: Mapping[str, int]) -> str:
    """What is wrong with a line; empty where nothing is."""
    fields = line.split("\t")
    if not 1 < len(fields) <= _FIELDS:
        wanted = f"a logarithm, {order} words and perhaps a backoff weight, with tabs between"
        return f"expected {wanted}, found {line[:60]!r}"
    words = fields[1].split(" ")
    if len(words) != order:
        return f"expected {order} words with single spaces between, found {len(words)}"
    for text, above in zip(fields[::2], _ABOVE.ravel(), strict=False):
        try:
            fine = float(text) < above
        except ValueError:
            return f"expected a logarithm, found {text[:60]!r}"
        if not fine:
            return f"the logarithm {text} is out of range"
    lost = [word for word in words if word not in ids]
    return f"no 1-gram is {lost[0]!r}" if lost else ""
