"""Columns that are not there, or there twice, and what to type about it.

A mapping is written one way in a recipe and another on the command line: who asks for columns
says how.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pipeline.errors import Problem, nearest

Spelled = Callable[[Mapping[str, str | int]], str]
"""How a person writes which columns are which: ours -> theirs, and what to type for it."""


def in_recipe(mapping: Mapping[str, str | int]) -> str:
    """As a recipe has it."""
    return f"columns: {{{', '.join(f'{ours}: {theirs}' for ours, theirs in mapping.items())}}}"


def which(wanted: Mapping[str, str], header: Sequence[str], spelled: Spelled) -> str:
    """A hint that says how to name a column, with the nearest of those that are there.

    Args:
        wanted: the columns of which one is missing: ours -> what it was looked for as.
    """
    for ours, theirs in wanted.items():
        if near := nearest(theirs, header):
            return f"did you mean '{near}'? then say so: {spelled({ours: near})}"
    return f"say which one it is: {spelled({next(iter(wanted)): 'NAME'})}"


def beyond(ours: str, position: int, width: int, place: str, spelled: Spelled) -> Problem:
    """A position that no column has."""
    counted = "1 column" if width == 1 else f"{width} columns"
    return Problem(
        f"'{ours}' is to be column {position}, but there are {counted}",
        place=place,
        hint=f"give a position from 1 to {width}, or its name where the first line holds names:"
        f" {spelled({ours: 'NAME'})}",
    )


def no_position(ours: str, place: str, spelled: Spelled) -> Problem:
    """A column without a position, where others have one."""
    return Problem(
        f"columns are given by position, and '{ours}' has none",
        place=place,
        hint=f"add it: {spelled({ours: 2})} says that it is the second column",
    )


def absent(ours: str, theirs: str, header: Sequence[str], place: str, spelled: Spelled) -> Problem:
    """A name that no column has."""
    there = ", ".join(f"'{name}'" for name in header) or "none"
    return Problem(
        f"there is no column '{theirs}'; there are: {there}",
        place=place,
        hint=which({ours: theirs}, header, spelled),
    )


def twice(name: str, header: Sequence[str], place: str) -> Problem:
    """A name that several columns have."""
    places = " and ".join(str(i + 1) for i, other in enumerate(header) if other == name)
    return Problem(
        f"column '{name}' is there more than once (columns {places})",
        place=place,
        hint="rename one of them in the file",
    )
