"""From the ``data:`` block of a recipe to training, validation and test rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa

from pipeline.contracts import SPLITS, Reporter, SplitName, Splits, Task
from pipeline.data import checks, files
from pipeline.data.columns import Asked, check_mapping
from pipeline.data.dividing import Dividing, in_memory
from pipeline.data.doctor.spec import DoctorSpec
from pipeline.data.fingerprint import fingerprint
from pipeline.data.given import columns_of, inputs_of, named, read
from pipeline.data.paths import find
from pipeline.data.spec import DataSpec
from pipeline.data.split_by import DIVIDED_BY
from pipeline.data.splitting import Roles
from pipeline.data.spool import kept
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
    given = read(spec, task, drops=doctor.missing == "drop", report=report)
    columns = columns_of(spec, task)
    for name, table in given.tables.items():
        for doubt in checks.spelled_gaps(name, table, columns):
            report.warn(str(doubt))
        problems += checks.missing_values(name, table, columns)
        problems += checks.unequal_lengths(name, table, columns)
    problems += _uneven(given.tables)
    if problems:
        raise DataError(problems)
    inputs, train = inputs_of(task), given.tables["train"]
    dividing = Dividing(
        given=dict(given.tables),
        roles=roles_of(task, train),
        answers=tuple(
            name for name in task.columns if name in train.column_names and name not in inputs
        ),
        spec=spec,
        doctor=doctor,
        seed=seed,
        notes=given.notes,
        carved=given.carved,
        keep=kept if spec.streaming else in_memory,
    )
    tables = dividing.divide()
    for note in dividing.notes:
        report.note(note)
    splits = Splits(
        train=tables["train"],
        validation=tables["validation"],
        test=tables["test"],
        fingerprints={name: fingerprint(tables[name]) for name in SPLITS},
        source=given.source,
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
    for name, given in named(spec).items():
        try:
            found = find(given, key=f"data.{name}")
            asked = Asked(columns_of(spec, task), spec.mapping(name), spec.unit)
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
        for name, given in named(spec).items()
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


def roles_of(task: Task, table: pa.Table) -> Roles:
    """What a task's columns are for; ``table`` holds the training rows."""
    label = next((name for name, column in task.columns.items() if column.kind == "label"), None)
    return Roles(
        texts=inputs_of(task),
        # A task whose labels are no classes, such as a score, has nothing to stratify by.
        label=label if label and task.labels(table) else None,
        group=task.group_by,
    )


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
