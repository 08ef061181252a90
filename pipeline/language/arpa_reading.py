"""ARPA, the text format in which n-gram models are passed on: reading.

Any toolkit's file is read as KenLM reads it: tabs stand between logarithm, words and backoff
weight, single spaces between words, and a missing backoff weight is 1.

Letters: V ids, M n-grams of an order, R of them at a time, k their order.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from pathlib import Path
from typing import TextIO, cast

import numpy as np

from pipeline.contracts import Reporter
from pipeline.errors import ModelError, Problem
from pipeline.language import arpa_lines
from pipeline.language.counts import ABSENT
from pipeline.language.ngram import NgramModel, Table, find
from pipeline.language.vocabulary import BEGIN, END, SYMBOLS, UNKNOWN, Vocabulary

_ROWS = 1 << 16
"""Lines that are Python objects at a time: memory grows with the arrays alone."""

_SHOWN = 5
"""Wrong lines that are told before reading is given up."""

_COUNT = re.compile(r"ngram\s+(\d+)\s*=\s*(\d+)")

Lines = Iterator[tuple[int, str]]
"""Line number, from 1, and the line without its end."""


def read(path: Path, *, report: Reporter) -> tuple[Vocabulary, NgramModel]:
    """Read a file, gzip-compressed or not.

    Args:
        report: for progress.

    Raises:
        ModelError: it is no ARPA file, or lines of it are wrong; each with its number.
    """
    try:
        with _opened(path) as file:
            lines = ((number, line.rstrip("\r\n")) for number, line in enumerate(file, start=1))
            counts = _header(path, lines)
            with report.progress("reading n-grams", sum(counts)) as advance:
                return _Sections(path, lines, advance).read(counts)
    except UnicodeDecodeError as error:
        raise ModelError("this is not UTF-8 text", place=str(path), hint=str(error)) from None
    except (gzip.BadGzipFile, EOFError) as error:
        raise ModelError(f"this file is damaged: {error}", place=str(path)) from None


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return cast("TextIO", gzip.open(path, "rt", encoding="utf-8", newline="\n"))
    return path.open(encoding="utf-8", newline="\n")


def _header(path: Path, lines: Lines) -> list[int]:
    """How many n-grams of each order there should be."""
    if not any(line.strip() == "\\data\\" for _, line in lines):
        message = "no line says \\data\\: this is no ARPA file"
        raise _wrong(path, 1, message, "lmplz --arpa writes one, and so does graft arpa")
    counts: list[int] = []
    for number, line in lines:
        found = _COUNT.fullmatch(line.strip())
        if found and int(found[1]) == len(counts) + 1:
            counts.append(int(found[2]))
        elif line.strip():
            wanted = f"'ngram {len(counts) + 1}=' and a number"
            raise _wrong(path, number, f"expected {wanted}, found {line[:60]!r}")
        elif counts:
            return counts
    raise _ended(path, "\\1-grams:")


@dataclass(frozen=True)
class _Sections:
    """What follows the head of a file, order by order."""

    path: Path
    lines: Lines
    advance: Callable[[int], None]

    def read(self, counts: Sequence[int]) -> tuple[Vocabulary, NgramModel]:
        ids = {symbol: id_ for id_, symbol in enumerate(SYMBOLS)}
        # The empty context leaves nothing: every id that there is has a line of its own.
        backoff = np.ones(1, dtype=np.float32)
        tables: list[Table] = []
        for order, count in enumerate(counts, start=1):
            first = self._expect(f"\\{order}-grams:") + 1
            tokens, weights = self._section(order, ids)
            if len(tokens[0]) != count:
                raise _wrong(
                    self.path,
                    first - 1,
                    f"{len(tokens[0]):,} {order}-grams follow, and the head of the file says"
                    f" {count:,}",
                    "the file was cut or edited: make it again",
                )
            if order == 1:
                tokens, weights = self._with_unknown(tokens, weights, first - 1)
            size = 1 + max(ids.values())
            table, backoff = self._table(tables, tokens, weights, backoff, size, first)
            tables.append(table)
        self._expect("\\end\\")
        own = [word for word, id_ in ids.items() if id_ >= len(SYMBOLS)]
        return Vocabulary(own), NgramModel(vocabulary_size=size, tables=tables)

    def _section(self, order: int, ids: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
        """(k, M) ids and (2, M) probabilities and backoff weights, up to an empty line."""
        tokens = [np.zeros((order, 0), np.int32)]
        weights = [np.zeros((2, 0))]
        inside = takewhile(lambda item: bool(item[1].strip()), self.lines)
        while block := list(islice(inside, _ROWS)):
            if order == 1:
                arpa_lines.number(block, ids)
            found = arpa_lines.parse(block, order, ids)
            if found is None:
                wrong = islice(arpa_lines.faults(block, order, ids), _SHOWN)
                raise ModelError([Problem(fault, f"{self.path}:{line}") for line, fault in wrong])
            tokens.append(found[0])
            weights.append(found[1])
            self.advance(len(block))
        return np.concatenate(tokens, axis=1), np.concatenate(weights, axis=1)

    def _with_unknown(
        self, tokens: np.ndarray, weights: np.ndarray, place: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """The 1-grams with a line for ``<unk>``, next to impossible where there was none."""
        if END not in tokens:
            raise _wrong(self.path, place, "no 1-gram is </s>, with which every sentence ends")
        if UNKNOWN in tokens:
            return tokens, weights
        weight = [[arpa_lines.SMALLEST], [1.0]]
        return np.append(tokens, [[UNKNOWN]], axis=1), np.append(weights, weight, axis=1)

    def _expect(self, wanted: str) -> int:
        """Go on to a line, past empty ones; its number."""
        for number, line in self.lines:
            if line.strip() == wanted:
                return number
            if line.strip():
                raise _wrong(self.path, number, f"expected {wanted!r}, found {line[:60]!r}")
        raise _ended(self.path, wanted)

    def _table(
        self,
        below: Sequence[Table],
        tokens: np.ndarray,
        weights: np.ndarray,
        backoff: np.ndarray,
        size: int,
        first: int,
    ) -> tuple[Table, np.ndarray]:
        """One order as looked up, and (M,) its own backoff weights in the order of its nodes.

        Args:
            below: the orders before it.
            tokens: (k, M) ids.
            weights: (2, M) probabilities and backoff weights.
            backoff: (P,) backoff weights of the order before.
            size: V.
            first: line number of the first n-gram.
        """
        prefix = np.zeros(tokens.shape[1], dtype=np.int32)
        for table, token in zip(below, tokens, strict=False):
            prefix = find(table.keys, size, prefix, token)
        lost = np.flatnonzero(prefix == ABSENT)
        if len(lost):
            raise _wrong(
                self.path,
                first + int(lost[0]),
                "no line of the order before has the words before the last",
            )
        keys = prefix * np.int64(size) + tokens[-1]
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        twice = np.flatnonzero(keys[1:] == keys[:-1])
        if len(twice):
            raise _wrong(self.path, first + int(order[twice[0] + 1]), "this n-gram is there twice")
        probability, after = weights[:, order].astype(np.float32)
        if not below:
            probability[keys == BEGIN] = 1.0
        return Table(keys, probability, backoff), after


def _wrong(path: Path, number: int, message: str, hint: str = "") -> ModelError:
    return ModelError(message, place=f"{path}:{number}", hint=hint)


def _ended(path: Path, wanted: str) -> ModelError:
    hint = "it was cut: make or copy it again"
    return ModelError(f"the file ends before {wanted!r}", place=str(path), hint=hint)
