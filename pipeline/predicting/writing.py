"""Answers as rows of a table or of JSON, written as they come."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import storage
from pipeline.contracts import Json, Reporter
from pipeline.data.streams import Stream
from pipeline.errors import DataError, UserError, suggestion
from pipeline.predicting.answers import Portion
from pipeline.predicting.reading import Survey
from pipeline.predicting.request import Wanted

Put = Callable[[Sequence[Json]], object]

PREFIX = "predicted_"
"""Stands before the name of an answer's column where the input has one of that name."""

_PLAIN = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
_BREAKS = str.maketrans("\t\r\n", "   ")


def write(
    portions: Iterable[Portion],
    wanted: Wanted,
    stream: Stream,
    survey: Survey | None,
    *,
    report: Reporter,
    tell: Callable[[str], object],
) -> None:
    """Write what is kept of each row, and its answer, into a file or to ``tell``.

    The columns are known with the first answer; rows that come before it wait for it.

    Raises:
        UserError: a column is to be kept that is not there; no row has a text.
        DataError: a later row from a pipe has a column that the first ones lack.
        StorageError: the disk refused.
    """
    coming = iter(portions)
    waiting: list[Portion] = []
    for portion in coming:
        waiting.append(portion)
        if portion.reported is not None:
            break
    else:
        raise DataError("no row has a text to answer", place=stream.name)
    seen = survey or _seen(waiting)
    chosen = kept(wanted.keep, seen.kinds)
    answers = waiting[-1].reported.schema  # type: ignore[union-attr]  # it ended the loop
    names = {name: f"{PREFIX}{name}" if name in chosen else name for name in answers.names}
    clashes = [name for name, other in names.items() if other != name]
    if clashes:
        given = ", ".join(f"'{name}'" for name in clashes)
        report.note(f"the input has {given} already: the answers' own begin with '{PREFIX}'")
    fields = [_field(name, stream, seen) for name in chosen]
    fields += [answers.field(name).with_name(other) for name, other in names.items()]
    known = set(seen.kinds)
    # Objects of JSON need not all have the same keys.
    sparse = wanted.ending == ".jsonl"
    with _opened(wanted, pa.schema(fields), report, tell) as put:
        for portion in chain(waiting, coming):
            rows = []
            for row, answer in zip(portion.chunk.rows, portion.answers(), strict=True):
                if not survey and not sparse and not known.issuperset(row):
                    raise _late(next(key for key in row if key not in known), stream)
                own = {name: row.get(name) for name in chosen if name in row or not sparse}
                rows.append(own | {other: answer.get(name) for name, other in names.items()})
            put(rows)


def _seen(portions: Iterable[Portion]) -> Survey:
    found = Survey()
    for portion in portions:
        found.see(portion.chunk.rows)
    return found


def _late(name: str, stream: Stream) -> DataError:
    return DataError(
        f"a row has '{name}', which none of the first rows has",
        place=stream.name,
        hint="write into a file with --output, which looks at all rows first; or --keep none",
    )


def kept(keep: str, columns: Iterable[str]) -> list[str]:
    """Which of the input's columns the output keeps, in order.

    Raises:
        UserError: one that is not there.
    """
    there = list(columns)
    if keep in ("all", "none"):
        return there if keep == "all" else []
    names = list(dict.fromkeys(filter(None, keep.split(","))))
    for name in names:
        if name not in there:
            raise UserError(
                f"--keep {keep}: the input has no column '{name}'", hint=suggestion(name, there)
            )
    return names


def _field(name: str, stream: Stream, seen: Survey) -> pa.Field:
    """The type of a column that is kept: its file's own, or that of all values that were seen."""
    if stream.schema is not None:
        return stream.schema.field(name)
    kinds = seen.kinds[name] - {type(None)}
    if kinds == {int, float}:
        return pa.field(name, pa.float64())
    # Of several kinds, or nested: as JSON.
    kind = next(iter(kinds)) if len(kinds) == 1 else None
    return pa.field(name, _PLAIN.get(kind, pa.string()) if kind else pa.string())


@contextmanager
def _opened(
    wanted: Wanted, schema: pa.Schema, report: Reporter, tell: Callable[[str], object]
) -> Iterator[Put]:
    """What takes rows; a file is there only when the block ends well."""
    if wanted.output is None:
        yield _teller(wanted.ending, schema, report, tell)
        return
    if wanted.ending == ".parquet":
        with storage.new_file(wanted.output) as file, pq.ParquetWriter(file, schema) as table:
            yield lambda rows: table.write_table(_typed(rows, schema))
        return
    with storage.new_text(wanted.output) as text:
        yield _teller(wanted.ending, schema, report, text.write)


def _teller(ending: str, schema: pa.Schema, report: Reporter, tell: Callable[[str], object]) -> Put:
    if ending == ".jsonl":
        return lambda rows: tell("".join(f"{_json(row)}\n" for row in rows))
    if ending == ".csv":
        tell(_csv([schema.names]))
        return lambda rows: tell(_csv([map(_cell, row.values()) for row in rows]))
    tell("\t".join(name.translate(_BREAKS) for name in schema.names) + "\n")
    warned = False

    def put(rows: Sequence[Json]) -> None:
        """TSV has no quotes: what would break a line is a blank in it, and the person is told."""
        nonlocal warned
        whole = [[_cell(value) for value in row.values()] for row in rows]
        plain = [[cell.translate(_BREAKS) for cell in row] for row in whole]
        if whole != plain and not warned:
            warned = True
            report.warn(
                "tabs and line breaks inside fields become blanks in TSV; CSV, JSONL and Parquet"
                " keep them"
            )
        tell("".join("\t".join(row) + "\n" for row in plain))

    return put


def _csv(rows: Iterable[Iterable[str]]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def _cell(value: Any) -> str:
    """A value in a field of a table: nothing where there is none, lists and objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return _json(value) if isinstance(value, list | dict | bool) else str(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _typed(rows: Sequence[Json], schema: pa.Schema) -> pa.Table:
    """Rows as a table of these types; in a column of texts, what is no text is JSON."""
    columns = []
    for field in schema:
        values = [row[field.name] for row in rows]
        if pa.types.is_string(field.type):
            values = [one if one is None or isinstance(one, str) else _json(one) for one in values]
        columns.append(pa.array(values, field.type))
    return pa.Table.from_arrays(columns, schema=schema)
