"""CoNLL and CoNLL-U files: a token a line, a blank line after each sentence.

The columns of a token are set apart by tabs where its line has one, else by blanks. What the
tags look like (IOB1, IOB2, IOBES, BILOU) is left as it is. A row is a sentence, and its number
the line of its first token.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.data.columns import Asked
from pipeline.data.kinds import TYPES, first
from pipeline.data.raw import peek, read_lines
from pipeline.data.tables import finish
from pipeline.errors import DataError, Problem

UNIVERSAL = (
    "ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC",
)  # fmt: skip
"""Columns of CoNLL-U, https://universaldependencies.org/format.html."""

_BLANKS = re.compile(r"[ \t]+")
_DOCUMENT = "-DOCSTART-"


def header(path: Path, asked: Asked, *, universal: bool) -> list[str]:
    """Names for columns that have none: words come first and tags last, others are numbers.

    CoNLL-U has names: words are its FORM and tags its UPOS where the recipe does not say.

    Raises:
        DataError: unreadable, or without a token.
    """
    lines = [line.decode() for line in peek(path).splitlines()]
    return _header(lines, asked, path.name, universal=universal)


def read(path: Path, asked: Asked, *, name: str, universal: bool) -> pa.Table:
    """A row a sentence.

    Args:
        path: the file.
        asked: the task's columns, of the kinds words and tags, and their positions.
        name: the file's name for messages.
        universal: CoNLL-U: ranges of multiword tokens and empty nodes are passed over.

    Raises:
        DataError: lines of unequal length, empty words or tags, columns that are not there.
    """
    lines = read_lines(path, name=name, report=asked.report)
    layout = _Layout.of(_header(lines, asked, name, universal=universal), asked, name)
    numbers: list[int] = []
    rows: list[dict[str, list[str]]] = []
    problems: list[Problem] = []
    for number, sentence in _sentences(lines, width=layout.width, universal=universal):
        problems += layout.unfit(sentence, name)
        if not problems:
            numbers.append(number)
            rows.append(layout.row(sentence))
    if problems:
        raise DataError(first(problems))
    found = {
        ours: pa.chunked_array([pa.array([row[ours] for row in rows], TYPES["words"])])
        for ours in layout.places
    }
    return finish(found, asked.columns, numbers=np.array(numbers, dtype=np.int64), name=name)


def rows(
    lines: Iterable[str], header: Sequence[str], asked: Asked, name: str, *, universal: bool
) -> Iterator[tuple[int, dict[str, list[str]]]]:
    """The same sentence by sentence: the line of its first token, and ours -> its words or tags.

    Args:
        lines: with or without their ends.
        header: as ``header`` gives it.

    Raises:
        DataError: the first sentence that is wrong.
    """
    layout = _Layout.of(header, asked, name)
    bare = (line.rstrip("\r\n") for line in lines)
    for number, sentence in _sentences(bare, width=layout.width, universal=universal):
        if problems := layout.unfit(sentence, name):
            raise DataError(first(problems))
        yield number, layout.row(sentence)


_Sentence = list[tuple[int, list[str]]]
"""Line and fields of each token."""


@dataclass(frozen=True)
class _Layout:
    """Where the columns of a task stand in a token's line.

    Attributes:
        width: columns that there are.
        places: ours -> the place.
        fewest: fields that a line has at least.
        exact: it has no more either.
    """

    width: int
    places: Mapping[str, int]
    fewest: int
    exact: bool

    @classmethod
    def of(cls, header: Sequence[str], asked: Asked, name: str) -> _Layout:
        """Of the names that ``header`` gives.

        Raises:
            DataError: columns that are not there, or that such a file cannot have.
        """
        chosen = asked.choose(header, place=name)
        if set(chosen) - set(asked.of_kind("words", "tags")):
            raise DataError(
                f"a CoNLL file holds words and tags; the task wants {', '.join(chosen)}",
                place=name,
            )
        places = {ours: list(header).index(theirs) for ours, theirs in chosen.items()}
        # The last column is the tag by default: a line that lacks one would pass its word for it.
        fewest = max(places.values()) + 1 if asked.positional else len(header)
        return cls(len(header), places, fewest, exact=not asked.positional)

    def row(self, sentence: _Sentence) -> dict[str, list[str]]:
        """Ours -> words or tags."""
        return {
            ours: [fields[place] for _, fields in sentence] for ours, place in self.places.items()
        }

    def unfit(self, sentence: _Sentence, name: str) -> list[Problem]:
        """Lines of other lengths, and words and tags that are empty."""
        found = []
        for number, fields in sentence:
            count = "1 field" if len(fields) == 1 else f"{len(fields)} fields"
            if len(fields) < self.fewest or (self.exact and len(fields) > self.fewest):
                found.append(
                    Problem(
                        f"this token has {count}, not {self.fewest}: {' '.join(fields)[:40]}",
                        place=f"{name}:{number}",
                        hint="a line holds one token and all its columns; a blank line ends a"
                        " sentence",
                    )
                )
            elif not all(fields[place] for place in self.places.values()):
                found.append(
                    Problem(
                        "a word or a tag of this token is empty",
                        place=f"{name}:{number}",
                        hint="two tabs in a row hold an empty column: fill it, or remove the line",
                    )
                )
        return found


def _header(lines: Sequence[str], asked: Asked, name: str, *, universal: bool) -> list[str]:
    if universal:
        names = list(UNIVERSAL)
    else:
        tokens = [line for line in lines if line.strip(" \t") and not line.startswith(_DOCUMENT)]
        plain = next((line for line in tokens if line[0] != "#"), tokens[0] if tokens else "")
        if not plain:
            raise DataError("it has no rows", place=name)
        names = [str(place) for place in range(1, len(_fields(plain)) + 1)]
    unnamed = [ours for ours in asked.of_kind("words", "tags") if ours not in asked.mapping]
    for ours in unnamed:
        if asked.columns[ours].kind == "words":
            names[1 if universal else 0] = ours
        elif universal or len(names) > 1:
            names[3 if universal else -1] = ours
    return names


def _sentences(
    lines: Iterable[str], *, width: int, universal: bool
) -> Iterator[tuple[int, _Sentence]]:
    """Line of the first token, and the sentence."""
    sentence: _Sentence = []
    for number, line in enumerate(itertools.chain(lines, [""]), start=1):
        if line.strip(" \t") and not line.startswith(_DOCUMENT):
            fields = _fields(line)
            comment = not sentence and _is_comment(line, fields, width, universal=universal)
            passed_over = universal and not fields[0].isdecimal()  # 1-2 and 1.1
            if not comment and not passed_over:
                sentence.append((number, fields))
        elif sentence:
            yield sentence[0][0], sentence
            sentence = []


def _fields(line: str) -> list[str]:
    """A token's columns; a blank that is itself a token, as between characters, stays one."""
    if "\t" in line:
        return [field.strip(" ") or field for field in line.split("\t")]
    return _BLANKS.split(line.strip(" "))


def _is_comment(line: str, fields: list[str], width: int, *, universal: bool) -> bool:
    """Whether a line before the first token of a sentence is none: ``#`` may be a token too."""
    return line.startswith("#") and (
        universal or line.startswith("##") or len(fields) != width
    )  # fmt: skip
