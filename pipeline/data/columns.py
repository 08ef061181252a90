"""From the columns that are there to the columns that a task reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.contracts import Column, ColumnKind, Reporter, Silent
from pipeline.data import column_faults
from pipeline.data.column_faults import Spelled, in_recipe
from pipeline.data.spec import Unit
from pipeline.data.usual_names import TEXTS
from pipeline.errors import DataError, Problem, suggestion


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
        spelled: how whoever is told of a column that is missing says which one it is.
        header_names: what tells the first row of a table from data where the usual columns are
            positions, beside our names of the columns that are asked for.
        advance: told of the bytes of a file that were read since, where they come bit by bit.
    """

    columns: Mapping[str, Column] = field(default_factory=dict)
    mapping: Mapping[str, str | int] = field(default_factory=dict)
    unit: Unit = "paragraph"
    report: Reporter = field(default_factory=Silent)
    usual: Mapping[str, str | int] = field(default_factory=dict)
    marks: dict[str, str] | None = None
    spelled: Spelled = in_recipe
    header_names: Sequence[str] = ()
    advance: Callable[[int], None] = lambda done: None

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

    @property
    def usually_headless(self) -> bool:
        """Nobody said how a table is to be read, and the usual columns are positions."""
        return not self.mapping and bool(self.usual_positions)

    @property
    def usual_positions(self) -> dict[str, int]:
        """The usual columns that are positions, counted from 1."""
        return {ours: one for ours, one in self.usual.items() if isinstance(one, int)}

    def is_headless(self, first_row: Sequence[str]) -> bool:
        """Whether the first row of a table is data.

        Where the usual columns are positions it is, unless a cell is the name of one of the
        task's columns, or one where an input is expected is what such columns are often called.
        """
        if not self.usually_headless:
            return self.positional
        cells = [_plain(cell) for cell in first_row]
        ours = {_plain(name) for name in (*self.columns, *self.header_names)}
        places = self.usual_positions.values()
        inputs = {cells[place - 1] for place in places if place <= len(cells)}
        return ours.isdisjoint(cells) and inputs.isdisjoint(TEXTS)

    def check_header(self, header: Sequence[str], *, place: str) -> None:
        """Refuse a first row that names columns, but not ours, where the usual ones are positions.

        To take it for a row would answer names; to take the rest by position would be a guess.

        Raises:
            DataError: says how to read it in either way.
        """
        if not self.usually_headless or self.is_named([name.strip() for name in header]):
            return
        positions = self.usual_positions
        named = {
            ours: header[place - 1] if place <= len(header) else "NAME"
            for ours, place in positions.items()
        }
        shown = ", ".join(f"'{name}'" for name in header)
        raise DataError(
            f"its first row seems to name columns ({shown}), and the rows that the model learnt"
            " from had no such row",
            place=place,
            hint=f"say so: {self.spelled(named)}; or, where it is a row like the others:"
            f" {self.spelled(positions)}",
        )

    def choose(self, header: Sequence[str], *, place: str) -> dict[str, str]:
        """Which of the columns that are there answers each of the task's; see ``choose``."""
        usual = {} if self.positional else self._usual_in(header)
        mapping = {**usual, **self.mapping}
        return choose(self.columns, mapping, header, place=place, spelled=self.spelled)

    def _usual_in(self, header: Sequence[str]) -> dict[str, str | int]:
        """The usual columns that are there.

        Where all that there must be are, they go before columns that happen to bear our names;
        where some are not, these go before.
        """
        if list(header) == numbered(len(header)):
            return dict(self.usual_positions)
        there = {ours: theirs for ours, theirs in self.usual.items() if theirs in header}
        if all(self.usual.get(ours, ours) in header for ours in self.required):
            return there
        return {
            ours: theirs
            for ours, theirs in there.items()
            if ours not in header and theirs not in self.columns
        }


def _plain(name: str) -> str:
    return name.strip().casefold()


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
    spelled: Spelled = in_recipe,
) -> dict[str, str]:
    """Which of the columns that are there answers each of the task's.

    Args:
        columns: the task's columns.
        mapping: ours -> theirs, a name or a position counted from 1.
        header: the names that are there, in order.
        place: the file, for messages.
        spelled: how the person writes a mapping, for hints.

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
                problems.append(column_faults.beyond(ours, theirs, len(header), place, spelled))
            else:
                chosen[ours] = header[theirs - 1]
        elif by_position:
            if column.required:
                problems.append(column_faults.no_position(ours, place, spelled))
        elif theirs not in header and (near := _but_for_blanks(theirs, header)):
            chosen[ours] = near
        elif theirs not in header:
            if column.required or ours in mapping:
                problems.append(column_faults.absent(ours, theirs, header, place, spelled))
        elif list(header).count(theirs) > 1:
            problems.append(column_faults.twice(theirs, header, place))
        else:
            chosen[ours] = theirs
    if problems:
        raise DataError(problems)
    return chosen


def _but_for_blanks(theirs: str, header: Sequence[str]) -> str | None:
    """The only name that is the same but for blanks around it, as in ``text, label``."""
    found = [name for name in header if name.strip() == theirs.strip()]
    return found[0] if len(found) == 1 else None
