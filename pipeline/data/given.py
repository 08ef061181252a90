"""The rows that a data block names, before they are divided: read whole, or streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pyarrow as pa

from pipeline.contracts import Column, Json, Reporter, SplitName, Task
from pipeline.data import checks, file_batches, files, hub, hub_batches
from pipeline.data.columns import Asked
from pipeline.data.paths import Found, display_names, find, listed
from pipeline.data.spec import DataSpec
from pipeline.data.split_by import DIVIDED_BY
from pipeline.data.splitting import Roles
from pipeline.data.streamed import Opened, Sources, Streaming
from pipeline.errors import DataError, Problem


@dataclass(frozen=True)
class Given:
    """Rows as they came.

    Attributes:
        tables: the splits that there are; all of them where rows were streamed.
        source: what goes into the lock file.
        notes: what was dropped and carved, a sentence each.
        carved: the splits that were made of streamed training rows.
    """

    tables: Mapping[SplitName, pa.Table]
    source: Json
    notes: list[str]
    carved: Sequence[SplitName] = ()


def read(spec: DataSpec, task: Task, *, drops: bool, report: Reporter) -> Given:
    """The rows that a recipe names.

    Args:
        drops: leave out those that lack a value.

    Raises:
        DataError: everything that is wrong with the files or what they hold; of streamed rows,
            the first that is.
        HubError: the Hub could not be reached, or refused.
    """
    columns = columns_of(spec, task)
    if spec.streaming:
        roles = Roles(inputs_of(task), None, task.group_by)
        opened = _opened(spec, columns, report)
        streaming = Streaming(spec, columns, roles, drops)
        with report.progress(opened.title, opened.total) as advance:
            rows = opened.rows(advance)
            tables = streaming.divided(
                {name: _with_inputs(name, tables, task) for name, tables in rows.items()}
            )
        return Given(tables, opened.source, streaming.notes, streaming.carved)
    tables, source = _read(spec, columns, report)
    problems = [one for name, table in tables.items() for one in _without_inputs(name, table, task)]
    if problems:
        raise DataError(problems)
    if not drops:
        return Given(tables, source, [])
    kept = {name: checks.complete(table, columns) for name, table in tables.items()}
    counts = {name: table.num_rows - kept[name].num_rows for name, table in tables.items()}
    notes = [checks.dropped(name, count) for name, count in counts.items() if count]
    return Given(kept, source, notes)


def columns_of(spec: DataSpec, task: Task) -> Mapping[str, Column]:
    """What is read: the task's columns, and the one that the rows are divided by."""
    if spec.divided_by is None:
        return task.columns
    by = Column("label", "what the rows are divided by", required=False, source=False)
    return {**task.columns, DIVIDED_BY: by}


def inputs_of(task: Task) -> tuple[str, ...]:
    """Names of the columns that a model reads."""
    return tuple(name for name, column in task.columns.items() if column.is_input)


def named(spec: DataSpec) -> dict[SplitName, str | list[str] | dict[str, str]]:
    """The splits that the recipe names files for."""
    given = {"train": spec.train, "validation": spec.validation, "test": spec.test}
    return {
        cast("SplitName", name): value
        for name, value in given.items()
        if isinstance(value, str | list | dict) and value != "rest"
    }


def _read(
    spec: DataSpec, columns: Mapping[str, Column], report: Reporter
) -> tuple[dict[SplitName, pa.Table], Json]:
    if spec.builtin is not None:
        given = spec.builtin.splits(report)
        told = {"builtin": spec.builtin.name, "options": spec.builtin.options()}
        return dict(given), {**told, **spec.builtin.source(given)}
    if spec.source == "hub":
        return hub.load(spec, columns, report)
    found, names = _found(spec)
    tables: dict[SplitName, pa.Table] = {}
    problems: list[Problem] = []
    for name, one in found.items():
        try:
            tables[name] = files.read(
                one, columns, spec.mapping(name), names=names, unit=spec.unit, report=report
            )
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(list(dict.fromkeys(problems)))
    return tables, _described(found, names, report)


def _opened(spec: DataSpec, columns: Mapping[str, Column], report: Reporter) -> Opened:
    """The same a batch at a time; no row is read yet."""
    if spec.source == "hub":
        return hub_batches.opened(spec, columns, report)
    found, names = _found(spec)
    size = sum(path.stat().st_size for one in found.values() for path in listed(one))

    def rows(advance: Callable[[int], None]) -> Sources:
        percent = _Percent(size, advance)
        return {
            name: file_batches.batches(
                listed(one),
                Asked(columns, spec.mapping(name), spec.unit, report, advance=percent.add),
                names=names,
            )
            for name, one in found.items()
        }

    return Opened(
        _described(found, names, report), f"reading {size / 1e6:,.1f} MB of files, %", 100, rows
    )


@dataclass
class _Percent:
    """Bytes of a whole, told in steps of a hundredth."""

    size: int
    advance: Callable[[int], None]
    done: int = 0

    def add(self, more: int) -> None:
        """So many bytes more."""
        before = 100 * self.done // self.size
        self.done += more
        if steps := 100 * self.done // self.size - before:
            self.advance(steps)


def _found(spec: DataSpec) -> tuple[dict[SplitName, Found], dict[Path, str]]:
    """The files of each split, and what messages call them.

    Raises:
        DataError: everything that is not there.
    """
    problems: list[Problem] = []
    found: dict[SplitName, Found] = {}
    for name, given in named(spec).items():
        try:
            found[name] = find(given, key=f"data.{name}")
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(list(dict.fromkeys(problems)))
    return found, display_names([path for one in found.values() for path in listed(one)])


def _described(
    found: Mapping[SplitName, Found], names: Mapping[Path, str], report: Reporter
) -> Json:
    by_split = {str(name): listed(one) for name, one in found.items()}
    return {"files": files.describe(by_split, names, report)}


def _with_inputs(name: SplitName, rows: Iterator[pa.Table], task: Task) -> Iterator[pa.Table]:
    for table in rows:
        if problems := _without_inputs(name, table, task):
            raise DataError(problems)
        yield table


def _without_inputs(name: SplitName, table: pa.Table, task: Task) -> list[Problem]:
    """Where any of several columns would do, one of them must be there."""
    inputs = inputs_of(task)
    if set(inputs) & set(table.column_names):
        return []
    return [
        Problem(
            f"there is none of the columns that {task.name} reads: {', '.join(inputs)}",
            place=name,
            hint=f"say which one it is: columns: {{{inputs[0]}: NAME}}",
        )
    ]
