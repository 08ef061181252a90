"""Something in the text that gives the class away, so that nothing else need be learnt.

A word that nearly all rows of a class have and nearly no other row; or a column of few
values each of which goes with one class. Both are looked for among the training rows.

Letters: N rows, W words of all of them, C classes.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import ROW_ID
from pipeline.data.doctor.findings import Finding
from pipeline.data.doctor.rows import Rows
from pipeline.data.hashing import hashes

_ROWS = 20_000
"""Rows that are looked at, spread over the training rows: a leak is in nearly all of them."""
_NEARLY = 0.95
_LEAST = 10
"""Rows of a class below which a word can be in all of them by chance."""
_WORDS = r"[^\pL\pN_]+"


def look(rows: Rows) -> Iterator[Finding]:
    """Words and columns that give classes away."""
    if rows.label is None:
        return
    table = rows.sample("train", _ROWS)
    classes = pc.index_in(table[rows.label], value_set=pa.array(rows.labels)).to_numpy()
    for name in rows.inputs:
        if rows.task.columns[name].kind != "text":
            continue
        yield from _columns(rows, table, name, classes)
        yield from _words(rows, table, name, classes)


def _columns(rows: Rows, table: pa.Table, name: str, classes: np.ndarray) -> Iterator[Finding]:
    """A column whose few values go with one class each."""
    values, of_value = np.unique(hashes(table, [name]), return_inverse=True)
    if len(values) * _LEAST > len(classes) or len(values) < 2:
        return
    pairs = np.bincount(
        of_value * len(rows.labels) + classes, minlength=len(values) * len(rows.labels)
    )
    best = pairs.reshape(len(values), -1).max(axis=1).sum()
    if best < _NEARLY * len(classes):
        return
    yield Finding(
        "leakage",
        "warning",
        "train",
        f"the column '{name}' has {len(values)} values, and each goes with one class"
        f" ({best / len(classes):.0%} of the rows)",
        int(best),
        len(classes),
        hint="is it made of the label? then map another column, or leave it out",
    )


def _words(rows: Rows, table: pa.Table, name: str, classes: np.ndarray) -> Iterator[Finding]:
    """A word that stands in nearly all rows of a class, and in nearly no other."""
    lists = pc.split_pattern_regex(pc.utf8_lower(table[name]), _WORDS).combine_chunks()
    coded = lists.values.dictionary_encode()
    rows_of = np.repeat(np.arange(len(lists)), pc.list_value_length(lists).to_numpy())
    pairs = np.unique(coded.indices.to_numpy().astype(np.int64) * len(lists) + rows_of)
    of_word, of_row = np.divmod(pairs, len(lists))  # each word once a row
    count = len(rows.labels)
    often = np.flatnonzero(np.bincount(of_word) >= _LEAST)
    of_row = of_row[np.isin(of_word, often)]
    of_word = np.searchsorted(often, of_word[np.isin(of_word, often)])
    found = np.bincount(of_word * count + classes[of_row], minlength=len(often) * count)
    found = found.reshape(-1, count)  # (W, C) rows with the word
    sizes = np.bincount(classes, minlength=count)
    share = found / np.maximum(sizes, 1)
    purity = found / np.maximum(found.sum(axis=1, keepdims=True), 1)
    given_away = (share >= _NEARLY) & (purity >= _NEARLY) & (sizes >= _LEAST)
    for word, label in np.argwhere(given_away).tolist():
        text = coded.dictionary[int(often[word])].as_py()
        if not text:
            continue
        chosen = of_row[of_word == word]
        where = table[ROW_ID].take(pa.array(chosen[:3])).to_pylist()
        yield Finding(
            "leakage",
            "warning",
            "train",
            f"'{text}' in '{name}' gives the class '{rows.labels[label]}' away:"
            f" {share[word, label]:.0%} of its rows have it, and {purity[word, label]:.0%} of the"
            " rows that have it are of that class",
            len(chosen),
            len(classes),
            tuple(where),
            "is the label written into the text? then take it out",
        )
