"""From the ``data:`` block of a recipe to training, validation and test rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pyarrow as pa

from pipeline.contracts import SPLITS, Json, Reporter, SplitName, Splits, Task
from pipeline.data import checks, files, hub
from pipeline.data.columns import Asked, check_mapping
from pipeline.data.fingerprint import fingerprint
from pipeline.data.paths import display_names, resolve
from pipeline.data.spec import DataSpec
from pipeline.data.splitting import Roles, carve, cut
from pipeline.errors import DataError, Problem


@dataclass
class _Rows:
    """The rows on their way to splits: what was given, and what is said about it."""

    given: dict[SplitName, pa.Table]
    source: Json
    roles: Roles
    notes: list[str] = field(default_factory=list)


def load(spec: DataSpec, task: Task, *, seed: int, report: Reporter) -> Splits:
    """Read, check and divide the rows.

    What was carved, cut or dropped, and texts in two splits, are told to ``report`` and stand
    in ``Splits.notes``.

    Raises:
        DataError: everything that is wrong with the files, the values or the classes.
        HubError: the Hub could not be reached, or refused.
    """
    problems = check_mapping(task.columns, spec.columns) + _lacking(spec, task)
    if problems:
        raise DataError(problems)
    given, source = _read(spec, task, report)
    dropped: list[str] = []
    if spec.missing == "drop":
        given, dropped = _complete(given, task)
    for name, table in given.items():
        problems += checks.missing_values(name, table, task.columns)
        problems += checks.unequal_lengths(name, table, task.columns)
    problems += _uneven(given)
    if problems:
        raise DataError(problems)
    rows = _Rows(given, source, _roles(task, given["train"]), dropped)
    tables = _divide(rows, spec, seed)
    for note in rows.notes:
        report.note(note)
    _check_shared(rows, tables, spec, report)
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
    return replace(splits, notes=(*rows.notes, *told))


def inspect(spec: DataSpec, task: Task) -> list[Problem]:
    """What can be found wrong without reading the rows and without the Hub."""
    problems = check_mapping(task.columns, spec.columns) + _lacking(spec, task)
    if spec.source != "files":
        return problems
    for name, given in _named(spec).items():
        try:
            found = resolve(given, key=f"data.{name}")
        except DataError as error:
            problems += error.problems
            continue
        asked = Asked(task.columns, spec.columns, spec.unit)
        for path in found:
            try:
                asked.choose(files.header(path, asked), place=str(path))
            except DataError as error:
                problems += error.problems
    return list(dict.fromkeys(problems))


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


def _read(spec: DataSpec, task: Task, report: Reporter) -> tuple[dict[SplitName, pa.Table], Json]:
    if spec.builtin is not None:
        given = spec.builtin.splits(report)
        named = {"builtin": spec.builtin.name, "options": spec.builtin.options()}
        return dict(given), {**named, **spec.builtin.source(given)}
    if spec.source == "hub":
        return hub.load(spec, task.columns, report)
    return _read_files(spec, task, report)


def _read_files(
    spec: DataSpec, task: Task, report: Reporter
) -> tuple[dict[SplitName, pa.Table], Json]:
    problems: list[Problem] = []
    found: dict[SplitName, list[Path]] = {}
    for name, given in _named(spec).items():
        try:
            found[name] = resolve(given, key=f"data.{name}")
        except DataError as error:
            problems += error.problems
    names = display_names([path for paths in found.values() for path in paths])
    tables: dict[SplitName, pa.Table] = {}
    for name, paths in found.items():
        try:
            tables[name] = files.read(
                paths, task.columns, spec.columns, names=names, unit=spec.unit, report=report
            )
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(list(dict.fromkeys(problems)))
    return tables, {"files": {name: files.describe(paths, names) for name, paths in found.items()}}


def _named(spec: DataSpec) -> dict[SplitName, str | list[str]]:
    """The splits that the recipe names files for."""
    given = {"train": spec.train, "validation": spec.validation, "test": spec.test}
    return {
        cast("SplitName", name): value
        for name, value in given.items()
        if isinstance(value, str | list) and value != "rest"
    }


def _roles(task: Task, table: pa.Table) -> Roles:
    label = next((name for name, column in task.columns.items() if column.kind == "label"), None)
    return Roles(
        texts=tuple(name for name, column in task.columns.items() if column.is_input),
        # A task whose labels are no classes, such as a score, has nothing to stratify by.
        label=label if label and task.labels(table) else None,
        group=task.group_by,
    )


def _divide(rows: _Rows, spec: DataSpec, seed: int) -> dict[SplitName, pa.Table]:
    """Test rows first, then validation rows, then what training keeps of the rest."""
    pool, roles = rows.given["train"], rows.roles
    validation, test = rows.given.get("validation"), rows.given.get("test")
    whole = pool.num_rows
    carves_validation = validation is None and spec.validation != "rest"
    if test is None:
        share = spec.test_share or 0.0
        test, pool = carve(
            pool, share, of=whole, split="test", reserve=1 + carves_validation, roles=roles,
            seed=seed,
        )  # fmt: skip
        rows.notes.append(_carved("test", test, whole, share, roles))
    if spec.duplicates == "drop":
        if validation is not None:
            validation = _drop(rows, "validation", validation, {"test": test})
        others = {"test": test} if validation is None else {"test": test, "validation": validation}
        pool = _drop(rows, "train", pool, others)
    if carves_validation:
        share = spec.validation_share or 0.0
        validation, pool = carve(
            pool, share, of=whole, split="validation", reserve=1, roles=roles, seed=seed
        )
        rows.notes.append(_carved("validation", validation, whole, share, roles))
    train, spared, notes = cut(
        pool, per_class=spec.per_class, limit=spec.limit, roles=roles, seed=seed
    )
    rows.notes += notes
    if validation is None:
        validation = spared
        rows.notes.append(
            f"validation: the {spared.num_rows} rows that test and training leave over"
        )
        _refuse_empty(spared)
    unused = pool.num_rows - train.num_rows - (spared.num_rows if validation is spared else 0)
    if unused:
        rows.notes.append(_unused(unused, spec))
    return {"train": train, "validation": validation, "test": test}


def _drop(rows: _Rows, name: str, table: pa.Table, others: Mapping[str, pa.Table]) -> pa.Table:
    for other, rival in others.items():
        kept = checks.without_shared(table, rival, rows.roles)
        dropped = table.num_rows - kept.num_rows
        if dropped:
            counted = "1 row" if dropped == 1 else f"{dropped} rows"
            rows.notes.append(f"{name}: dropped {counted} whose text is in {other} too")
        table = kept
    if not table.num_rows:
        raise DataError(
            f"nothing is left of {name}: every text is in another split",
            place="data.duplicates",
            hint="give other rows",
        )
    return table


def _check_shared(
    rows: _Rows, tables: Mapping[SplitName, pa.Table], spec: DataSpec, report: Reporter
) -> None:
    problems = checks.shared_across(tables, rows.roles)
    if problems and spec.duplicates == "error":
        raise DataError(problems)
    for problem in problems:
        report.warn(str(problem))
        rows.notes.append(f"{problem.place}: {problem.message}")


def _complete(
    given: Mapping[SplitName, pa.Table], task: Task
) -> tuple[dict[SplitName, pa.Table], list[str]]:
    """The rows that lack no value, and how many do, a note a split."""
    kept = {name: checks.complete(table, task.columns) for name, table in given.items()}
    counts = {name: table.num_rows - kept[name].num_rows for name, table in given.items()}
    return kept, [
        f"{name}: dropped {'1 row that lacks' if count == 1 else f'{count} rows that lack'} a value"
        for name, count in counts.items()
        if count
    ]


def _uneven(given: Mapping[SplitName, pa.Table]) -> list[Problem]:
    """Splits must agree on which optional columns there are."""
    expected = given["train"].column_names
    return [
        Problem(
            f"{name} has the columns {', '.join(table.column_names[1:])}, but train has "
            f"{', '.join(expected[1:])}",
            place=f"data.{name}",
            hint="rename or map the columns so that they agree",
        )
        for name, table in given.items()
        if set(table.column_names) != set(expected)
    ]


def _refuse_empty(spared: pa.Table) -> None:
    if not spared.num_rows:
        raise DataError(
            "no row is left over for validation",
            place="data.validation",
            hint="lower per_class, or give validation a share such as 0.15",
        )


def _carved(name: str, table: pa.Table, whole: int, share: float, roles: Roles) -> str:
    how = "stratified and seeded" if roles.label else "seeded"
    return f"{name}: {table.num_rows} of {whole} rows carved ({share:g}), {how}"


def _unused(count: int, spec: DataSpec) -> str:
    keys: Sequence[str] = [key for key in ("per_class", "limit") if getattr(spec, key) is not None]
    rows = "1 row is" if count == 1 else f"{count} rows are"
    return f"train: {rows} not used, by {' and '.join(keys)}"
