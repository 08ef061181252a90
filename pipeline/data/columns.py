"""From the columns that are there to the columns that a task reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.contracts import Column, ColumnKind, Reporter, Silent
from pipeline.data.spec import Unit
from pipeline.errors import DataError, Problem, nearest, suggestion


@dataclass(frozen=True)
class Asked:
    """What a reader of files is asked for.

    Attributes:
        columns: the task's columns.
        mapping: ours -> theirs, a name or a position counted from 1; a position says that
            there is no header.
        unit: what of a plain text is a row.
        report: told what a person should know of how a value was read.
        usual: ours -> theirs, as ``mapping``, where no other was given and a file has them.
        marks: column -> the mark at which its cells of several labels are split, where rows
            come a batch at a time and the first that needs one decides; None: all are there.
    """

    columns: Mapping[str, Column] = field(default_factory=dict)
    mapping: Mapping[str, str | int] = field(default_factory=dict)
    unit: Unit = "paragraph"
    report: Reporter = field(default_factory=Silent)
    usual: Mapping[str, str | int] = field(default_factory=dict)
    marks: dict[str, str] | None = None

    @property
    def positional(self) -> bool:
        """Columns are given by position: the file has no header."""
        return any(isinstance(theirs, int) for theirs in self.mapping.values())

    @property
    def required(self) -> list[str]:
        """Our names of the columns that there must be."""
        return [ours for ours, column in self.columns.items() if column.required]

    def of_kind(self, *kinds: ColumnKind) -> list[str]:
        """Our names of the columns of these kinds."""
        return [ours for ours, column in self.columns.items() if column.kind in kinds]

    def is_named(self, header: Sequence[str]) -> bool:
        """Whether the names that are there hold every column that there must be."""
        return all(
            self.mapping.get(ours, ours) in header
            or (ours not in self.mapping and self.usual.get(ours) in header)
            for ours in self.required
        )

    def is_headless(self, first_row: Sequence[str]) -> bool:
        """Whether the first row of a table is data: it names none of the task's columns."""
        positions = not self.mapping and any(isinstance(one, int) for one in self.usual.values())
        return self.positional or (positions and not set(self.columns) & set(first_row))

    def choose(self, header: Sequence[str], *, place: str) -> dict[str, str]:
        """Which of the columns that are there answers each of the task's; see ``choose``."""
        usual = {} if self.positional else self._usual_in(header)
        return choose(self.columns, {**usual, **self.mapping}, header, place=place)

    def _usual_in(self, header: Sequence[str]) -> dict[str, str | int]:
        """The usual columns that are there.

        Where all that there must be are, they go before columns that happen to bear our names;
        where some are not, these go before.
        """
        if list(header) == numbered(len(header)):
            return {ours: one for ours, one in self.usual.items() if isinstance(one, int)}
        there = {ours: theirs for ours, theirs in self.usual.items() if theirs in header}
        if all(self.usual.get(ours, ours) in header for ours in self.required):
            return there
        return {
            ours: theirs
            for ours, theirs in there.items()
            if ours not in header and theirs not in self.columns
        }


def numbered(width: int) -> list[str]:
    """Names of the columns of a table that has no header."""
    return [f"column {number}" for number in range(1, width + 1)]


def check_mapping(columns: Mapping[str, Column], mapping: Mapping[str, str | int]) -> list[Problem]:
    """Names on our side of ``columns:`` that the task does not know."""
    return [
        Problem(
            f"the task has no column '{ours}'",
            place=f"data.columns.{ours}",
            hint=suggestion(ours, columns),
        )
        for ours in mapping
        if ours not in columns
    ]


def choose(
    columns: Mapping[str, Column],
    mapping: Mapping[str, str | int],
    header: Sequence[str],
    *,
    place: str,
) -> dict[str, str]:
    """Which of the columns that are there answers each of the task's.

    Args:
        columns: the task's columns.
        mapping: ours -> theirs, a name or a position counted from 1.
        header: the names that are there, in order.
        place: the file, for messages.

    Returns:
        Ours -> theirs. An optional column that is neither mapped nor there is left out.

    Raises:
        DataError: every column that is missing or there twice.
    """
    problems = []
    chosen: dict[str, str] = {}
    by_position = any(isinstance(theirs, int) for theirs in mapping.values())
    for ours, column in columns.items():
        theirs = mapping.get(ours, ours)
        if isinstance(theirs, int):
            if theirs > len(header):
                problems.append(_beyond(ours, theirs, len(header), place))
            else:
                chosen[ours] = header[theirs - 1]
        elif by_position:
            if column.required:
                problems.append(_no_position(ours, place))
        elif theirs not in header and (near := _but_for_blanks(theirs, header)):
            chosen[ours] = near
        elif theirs not in header:
            if column.required or ours in mapping:
                problems.append(_absent(ours, theirs, header, place))
        elif list(header).count(theirs) > 1:
            problems.append(_twice(theirs, header, place))
        else:
            chosen[ours] = theirs
    if problems:
        raise DataError(problems)
    return chosen


def _but_for_blanks(theirs: str, header: Sequence[str]) -> str | None:
    """The only name that is the same but for blanks around it, as in ``text, label``."""
    found = [name for name in header if name.strip() == theirs.strip()]
    return found[0] if len(found) == 1 else None


def _beyond(ours: str, position: int, width: int, place: str) -> Problem:
    counted = "1 column" if width == 1 else f"{width} columns"
    return Problem(
        f"'{ours}' is to be column {position}, but there are {counted}",
        place=place,
        hint=f"give a position from 1 to {width}",
    )


def _no_position(ours: str, place: str) -> Problem:
    return Problem(
        f"columns are given by position, and '{ours}' has none",
        place=place,
        hint=f"add it: columns: {{{ours}: 2}} says that it is the second column",
    )


def _absent(ours: str, theirs: str, header: Sequence[str], place: str) -> Problem:
    there = ", ".join(f"'{name}'" for name in header) or "none"
    near = nearest(theirs, header)
    if near:
        hint = f"did you mean '{near}'? then say so: columns: {{{ours}: {near}}}"
    else:
        hint = f"say which one it is: columns: {{{ours}: NAME}}"
    return Problem(f"there is no column '{theirs}'; there are: {there}", place=place, hint=hint)


def _twice(name: str, header: Sequence[str], place: str) -> Problem:
    places = " and ".join(str(i + 1) for i, other in enumerate(header) if other == name)
    return Problem(
        f"column '{name}' is there more than once (columns {places})",
        place=place,
        hint="rename one of them in the file",
    )
