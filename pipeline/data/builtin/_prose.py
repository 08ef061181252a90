"""Which docstrings are prose worth learning from, and how they are cleaned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

SHORTEST = 40
"""Characters of a text."""

_LEAST_LETTERS = 0.5
_LONGEST_LINE = 1000
_MOST_REPEATED = 0.5
_TELLING_LINE = 20
_PLACEHOLDER = re.compile(r"^[ \t]*(?:\{\w+\}|%\(\w+\)[sd])[ \t]*\n?", re.MULTILINE)
_TRAILING = re.compile(r"[ \t\f\r]+$", re.MULTILINE)
_GAP = re.compile(r"\n{4,}")
_UNPRINTED = re.compile(r"[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\uffff\U00010000-\U0010ffff]")
_LETTERS = re.compile(r"[^\W\d_]")


def clean(doc: str) -> str:
    """The docstring in its own layout, without trailing blanks and unfilled fields of templates."""
    return _GAP.sub("\n\n\n", _TRAILING.sub("", _PLACEHOLDER.sub("", doc))).strip("\n")


def is_prose(text: str) -> bool:
    """Long enough, mostly letters (tables and drawings are not), and printable."""
    if len(text) < SHORTEST or _UNPRINTED.search(text):
        return False
    dense = "".join(text.split())
    if len(_LETTERS.findall(dense)) < _LEAST_LETTERS * len(dense):
        return False
    return max(map(len, text.splitlines())) <= _LONGEST_LINE


def without_repeats(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Drop texts that mostly repeat earlier ones, line by line; the first of them stays.

    Templates and copies say the same paragraphs thousands of times. A row goes where more
    than half of its characters stand in lines that earlier rows had too; short lines, such
    as the titles of sections, do not count.

    Args:
        rows: row id and text, in order.
    """
    seen: set[str] = set()
    whole: set[str] = set()
    for row, text in rows:
        lines = [line for line in map(str.strip, text.splitlines()) if len(line) >= _TELLING_LINE]
        known = sum(len(line) for line in lines if line in seen)
        if text in whole or known > _MOST_REPEATED * sum(map(len, lines)):
            continue
        whole.add(text)
        seen.update(lines)
        yield row, text
