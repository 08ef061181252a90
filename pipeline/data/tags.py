"""Tags of words, and the ways of writing spans of words in them.

Spans are written as IOB1, IOB2, IOBES, BILOU or BMES; each is read alike, and what leaves this
file is IOB2: ``B-`` begins every span, ``I-`` goes on with it, ``O`` is outside of all. Tags
that are none of these, such as parts of speech, are plain classes.

Source: Ramshaw and Marcus 1995 (W95-0107) for IOB1; Tjong Kim Sang and Veenstra 1999 (E99-1023)
for IOB2; Ratinov and Roth 2009 (W09-1119) for BILOU.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

OUTSIDE = "O"

_SPAN_TAG = re.compile(r"([BIELSUMW])-(.+)", re.DOTALL)
_BEGINS = frozenset("BSUW")
_ENDS = frozenset("ELSUW")
_IOB = frozenset("BI")


@dataclass(frozen=True)
class Read:
    """The tags of one row, as IOB2.

    Attributes:
        tags: a tag a word; what is no tag of a span stays as it is.
        begun: words whose tag was to go on with a span where none was: they begin one now.
    """

    tags: tuple[str, ...]
    begun: tuple[int, ...]


def is_span_tag(tag: str) -> bool:
    """``O``, or a mark and a type such as ``B-LOC``."""
    return tag == OUTSIDE or _SPAN_TAG.fullmatch(tag) is not None


def write_spans(tags: Iterable[str]) -> bool:
    """Whether these tags, taken together, write spans: all do, and some begin or go on."""
    found = set(tags)
    return all(map(is_span_tag, found)) and any(
        tag.partition("-")[0] in _IOB for tag in found if tag != OUTSIDE
    )


def iob2(tags: Sequence[str]) -> Read:
    """Read the tags of one row.

    A tag that goes on, but with nothing before it or with a span of another type, begins a
    span: that is what IOB1 means by it, and in the other ways of writing it is the reading
    that loses least.
    """
    found: list[str] = []
    begun: list[int] = []
    open_type = ""
    for place, tag in enumerate(tags):
        match = _SPAN_TAG.fullmatch(tag)
        if match is None:
            found.append(tag)
            open_type = ""
            continue
        mark, type_ = match.groups()
        goes_on = mark not in _BEGINS and type_ == open_type
        if not goes_on and mark not in _BEGINS:
            begun.append(place)
        found.append(f"{'I' if goes_on else 'B'}-{type_}")
        open_type = "" if mark in _ENDS else type_
    return Read(tuple(found), tuple(begun))


def spans(tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """Type, first word and the word behind the last of each span of a row in IOB2."""
    found: list[tuple[str, int, int]] = []
    for place, tag in enumerate(tags):
        mark, _, type_ = tag.partition("-")
        if mark == "B":
            found.append((type_, place, place + 1))
        elif mark == "I":
            kind, start, _ = found[-1]
            found[-1] = (kind, start, place + 1)
    return found


def is_iob1(rows: Iterable[Sequence[str]]) -> bool:
    """Whether ``B-`` is kept for a span right behind another one of its type, as in IOB1.

    Then more spans begin with ``I-`` than with a ``B-`` that nothing made necessary.
    """
    by_i = by_b = 0
    for tags in rows:
        before = ""
        for tag in tags:
            mark, _, type_ = tag.partition("-")
            if type_ and mark not in _IOB:
                return False
            by_i += mark == "I" and type_ != before
            by_b += mark == "B" and type_ != before
            before = type_
    return by_i > by_b


def names(rows: Iterable[Sequence[str]], *, spans: bool) -> tuple[str, ...]:
    """Distinct tags in alphabetical order, ``O`` first.

    Args:
        rows: tags of each row; as IOB2 where they write spans.
        spans: a type that occurs gets both of its tags, ``B-`` and ``I-``.
    """
    found = {tag for tags in rows for tag in tags}
    if spans:
        types = {tag[2:] for tag in found if tag != OUTSIDE}
        found = {OUTSIDE, *(f"{mark}-{type_}" for mark in "BI" for type_ in types)}
    return tuple(sorted(found, key=lambda tag: (tag != OUTSIDE, tag)))
