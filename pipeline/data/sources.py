"""From the ``data:`` block of a recipe to training, validation and test rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import pyarrow as pa

from pipeline.contracts import SPLITS, Column, Json, Reporter, SplitName, Splits, Task
from pipeline.data import checks, files, hub
from pipeline.data.columns import Asked, check_mapping
from pipeline.data.dividing import Dividing
from pipeline.data.doctor.spec import DoctorSpec
from pipeline.data.fingerprint import fingerprint
from pipeline.data.paths import Found, display_names, find, listed
from pipeline.data.spec import DIVIDED_BY, DataSpec
from pipeline.data.splitting import Roles
from pipeline.errors import DataError, Problem, suggestion


def load(
    spec: DataSpec,
    task: Task,
    *,
    doctor: DoctorSpec | None = None,
    seed: int,
    report: Reporter,
) -> Splits:
    """Read, check and divide the rows.

    What was carved, cut or dropped is told to ``report`` and stands in ``Splits.notes``.

    Args:
        doctor: what is to be dropped; None: nothing.

    Raises:
        DataError: everything that is wrong with the files, the values or the classes.
        HubError: the Hub could not be reached, or refused.
    """
    problems = _of_columns(spec, task)
    if problems:
        raise DataError(problems)
    doctor = doctor or DoctorSpec()
    columns = _columns(spec, task)
    given, source = _read(spec, columns, report)
    problems += _without_inputs(given, task)
    if problems:
        raise DataError(problems)
    dropped: list[str] = []
    if doctor.missing == "drop":
        given, dropped = _complete(given, columns)
    for name, table in given.items():
        for doubt in checks.spelled_gaps(name, table, columns):
            report.warn(str(doubt))
        problems += checks.missing_values(name, table, columns)
        problems += checks.unequal_lengths(name, table, columns)
    problems += _uneven(given)
    if problems:
        raise DataError(problems)
    inputs = tuple(name for name, column in task.columns.items() if column.is_input)
    there = given["train"].column_names
    dividing = Dividing(
        given=given,
        roles=roles_of(task, given["train"]),
        answers=tuple(name for name in task.columns if name in there and name not in inputs),
        spec=spec,
        doctor=doctor,
        seed=seed,
        notes=dropped,
    )
    tables = dividing.divide()
    for note in dividing.notes:
        report.note(note)
    splits = Splits(
        train=tables["train"],
        validation=tables["validation"],
        test=tables["test"],
        fingerprints={name: fingerprint(tables[name]) for name in SPLITS},
        source=source,
    )
    task.check(splits)
    told = task.notes(splits)
    for note in told:
        report.note(note)
    return replace(splits, notes=(*dividing.notes, *told))


def inspect(spec: DataSpec, task: Task) -> list[Problem]:
    """What can be found wrong without reading the rows and without the Hub."""
    problems = _of_columns(spec, task)
    if spec.source != "files":
        return problems
    for name, given in _named(spec).items():
        try:
            found = find(given, key=f"data.{name}")
            asked = Asked(_columns(spec, task), spec.mapping(name), spec.unit)
            files.check(found, asked, key=f"data.{name}")
        except DataError as error:
            problems += error.problems
    return list(dict.fromkeys(problems))


def _of_columns(spec: DataSpec, task: Task) -> list[Problem]:
    """What the recipe says of columns, against those of the task."""
    return [
        *check_mapping(task.columns, spec.columns),
        *_unknown(spec, task),
        *_lacking(spec, task),
    ]


def _unknown(spec: DataSpec, task: Task) -> list[Problem]:
    """Files of columns that the task does not know."""
    return [
        Problem(
            f"the task has no column '{ours}'",
            place=f"data.{name}.{ours}",
            hint=suggestion(ours, task.columns),
        )
        for name, given in _named(spec).items()
        if isinstance(given, dict)
        for ours in given
        if ours not in task.columns
    ]


def _lacking(spec: DataSpec, task: Task) -> list[Problem]:
    """Columns that the task cannot do without and the built-in data set has not."""
    builtin = spec.builtin
    if builtin is None:
        return []
    return [
        Problem(
            f"{builtin.name} has no column '{name}', which {task.name} reads",
            place="data.builtin",
            hint=f"it has {', '.join(builtin.columns)}: take another task, or other data",
        )
        for name, column in task.columns.items()
        if column.required and name not in builtin.columns
    ]


def _columns(spec: DataSpec, task: Task) -> Mapping[str, Column]:
    """What is read: the task's columns, and the one that the rows are divided by."""
    if spec.divided_by is None:
        return task.columns
    by = Column("label", "what the rows are divided by", required=False, source=False)
    return {**task.columns, DIVIDED_BY: by}


def _read(
    spec: DataSpec, columns: Mapping[str, Column], report: Reporter
) -> tuple[dict[SplitName, pa.Table], Json]:
    if spec.builtin is not None:
        given = spec.builtin.splits(report)
        named = {"builtin": spec.builtin.name, "options": spec.builtin.options()}
        return dict(given), {**named, **spec.builtin.source(given)}
    if spec.source == "hub":
        return hub.load(spec, columns, report)
    return _read_files(spec, columns, report)


def _read_files(
    spec: DataSpec, columns: Mapping[str, Column], report: Reporter
) -> tuple[dict[SplitName, pa.Table], Json]:
    problems: list[Problem] = []
    found: dict[SplitName, Found] = {}
    for name, given in _named(spec).items():
        try:
            found[name] = find(given, key=f"data.{name}")
        except DataError as error:
            problems += error.problems
    names = display_names([path for one in found.values() for path in listed(one)])
    tables: dict[SplitName, pa.Table] = {}
    for name, one in found.items():
        try:
            tables[name] = files.read(
                one, columns, spec.mapping(name), names=names, unit=spec.unit, report=report
            )
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(list(dict.fromkeys(problems)))
    return tables, {
        "files": {name: files.describe(listed(one), names) for name, one in found.items()}
    }


def _named(spec: DataSpec) -> dict[SplitName, str | list[str] | dict[str, str]]:
    """The splits that the recipe names files for."""
    given = {"train": spec.train, "validation": spec.validation, "test": spec.test}
    return {
        cast("SplitName", name): value
        for name, value in given.items()
        if isinstance(value, str | list | dict) and value != "rest"
    }


def roles_of(task: Task, table: pa.Table) -> Roles:
    """What a task's columns are for; ``table`` holds the training rows."""
    label = next((name for name, column in task.columns.items() if column.kind == "label"), None)
    return Roles(
        texts=tuple(name for name, column in task.columns.items() if column.is_input),
        # A task whose labels are no classes, such as a score, has nothing to stratify by.
        label=label if label and task.labels(table) else None,
        group=task.group_by,
    )


def _complete(
    given: Mapping[SplitName, pa.Table], columns: Mapping[str, Column]
) -> tuple[dict[SplitName, pa.Table], list[str]]:
    """The rows that lack no value, and how many do, a note a split."""
    kept = {name: checks.complete(table, columns) for name, table in given.items()}
    counts = {name: table.num_rows - kept[name].num_rows for name, table in given.items()}
    return kept, [
        f"{name}: dropped {'1 row that lacks' if count == 1 else f'{count} rows that lack'} a value"
        for name, count in counts.items()
        if count
    ]


def _without_inputs(given: Mapping[SplitName, pa.Table], task: Task) -> list[Problem]:
    """Where any of several columns would do, one of them must be there."""
    inputs = [name for name, column in task.columns.items() if column.is_input]
    return [
        Problem(
            f"there is none of the columns that {task.name} reads: {', '.join(inputs)}",
            place=name,
            hint=f"say which one it is: columns: {{{inputs[0]}: NAME}}",
        )
        for name, table in given.items()
        if not set(inputs) & set(table.column_names)
    ]


def _uneven(given: Mapping[SplitName, pa.Table]) -> list[Problem]:
    """Splits must agree on which optional columns there are."""
    expected = [name for name in given["train"].column_names if name != DIVIDED_BY]
    return [
        Problem(
            f"{name} has the columns {', '.join(table.column_names[1:])}, but train has "
            f"{', '.join(expected[1:])}",
            place=f"data.{name}",
            hint="rename or map the columns so that they agree",
        )
        for name, table in given.items()
        if set(table.column_names) - {DIVIDED_BY} != set(expected)
    ]
