"""``--columns ours=theirs,...``: which column is which, as a person types it."""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Collection, Mapping

from pipeline.contracts import Column
from pipeline.errors import Problem, UserError, nearest

_PLACE = "--columns"


def spelled(mapping: Mapping[str, str | int]) -> str:
    """What to type so that columns of ours are these of theirs."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(f"{ours}={it}" for ours, it in mapping.items())
    return f"{_PLACE} {shlex.quote(line.getvalue())}"


def read(columns: str, known: Mapping[str, Column]) -> dict[str, str | int]:
    """The mapping that was typed: ours -> a name, or a position counted from 1.

    Args:
        columns: pairs with commas between; one that holds a comma stands in double quotes.
        known: all columns of the task.

    Raises:
        UserError: everything that is wrong with it.
    """
    inputs = [name for name, column in known.items() if column.is_input]
    found: dict[str, str | int] = {}
    problems: list[Problem] = []
    for pair in filter(None, next(csv.reader([columns]), [])):
        ours, _, theirs = pair.partition("=")
        if problem := _wrong(pair, known, inputs, found):
            problems.append(problem)
        else:
            found[ours] = int(theirs) if theirs.isdecimal() else theirs
    if len({type(theirs) for theirs in found.values()}) > 1:
        said = "columns are either all names or all positions: a position says there is no header"
        problems.append(Problem(said, _PLACE, "give all of them by name, or all by position"))
    if problems:
        raise UserError(problems)
    return found


def _wrong(
    pair: str, known: Mapping[str, Column], inputs: list[str], found: Collection[str]
) -> Problem | None:
    """What is wrong with one pair, beside those that were found before it."""
    ours, equals, theirs = pair.partition("=")
    listed = f"ours {'is' if len(inputs) == 1 else 'are'}: {', '.join(inputs)}"
    if not (ours and equals and theirs):
        near = nearest(ours, inputs) or inputs[0]
        hint = f"such as {spelled({near: theirs or 'NAME'})}; {listed}"
        return Problem(f"'{pair}' is not ours=theirs", _PLACE, hint)
    if ours in known and ours not in inputs:
        said = f"'{ours}' is what the task answers with: it is not read"
        return Problem(said, _PLACE, f"leave it out; {listed}")
    if ours not in inputs:
        known_as = nearest(ours, inputs)
        turned = not known_as and theirs in inputs
        meant = {theirs: ours} if turned else {known_as or inputs[0]: theirs}
        hint = f"did you mean {spelled(meant)}? {listed}"
        return Problem(f"the task has no column '{ours}'", _PLACE, hint)
    if ours in found:
        return Problem(f"'{ours}' is given twice", _PLACE, "say once which column it is")
    if theirs.isdecimal() and int(theirs) < 1:
        return Problem(f"'{pair}': positions are counted from 1", _PLACE, spelled({ours: 1}))
    return None
