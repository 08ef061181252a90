"""JSON files: one object a line (JSONL), or one list of objects."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.json as pa_json

from pipeline.contracts import Column
from pipeline.data.columns import TEXT, choose, nested
from pipeline.data.raw import read_bytes, refuse_other_encodings
from pipeline.errors import DataError, Problem

_PEEK = 1 << 20
_SHOWN = 5
_KINDS = {dict: "an object", list: "a list", str: "a text", type(None): "null"}
_BLOCK = 1 << 24


def header(path: Path, *, lines: bool) -> list[str]:
    """The keys of the first row.

    Raises:
        DataError: empty, not JSON, or not rows.
    """
    content = read_bytes(path, first=_PEEK if lines else None)
    if len(content) >= _PEEK - 3 and b"\n" not in content:  # a long first line, BOM or not
        content = read_bytes(path)
    for _, row in _rows(content, path.name, lines=lines):
        return list(row)
    raise DataError("it has no rows", place=path.name)


def read(
    path: Path,
    columns: Mapping[str, Column],
    mapping: Mapping[str, str | int],
    *,
    name: str,
    lines: bool,
) -> tuple[dict[str, pa.ChunkedArray], np.ndarray]:
    """The task's columns as strings, and each row's line (JSONL) or place in the list.

    Args:
        path: the file.
        columns: the task's columns.
        mapping: ours -> theirs.
        name: the file's name for messages.
        lines: one object a line, not one list.

    Returns:
        Ours -> (N,) strings with nulls where a row lacks the key, and (N,) int64 from 1.

    Raises:
        DataError: not JSON, not UTF-8, not objects, nested values, keys that are missing.
    """
    content = read_bytes(path)
    quick = _read_quickly(content, columns, mapping) if lines else None
    if quick is not None:
        return quick, np.arange(1, len(next(iter(quick.values()))) + 1, dtype=np.int64)
    numbered = list(_rows(content, name, lines=lines))
    if not numbered:
        raise DataError("it has no rows", place=name)
    keys = dict.fromkeys(key for _, row in numbered for key in row)
    return _read_exactly(numbered, choose(columns, mapping, list(keys), place=name), name)


def _read_quickly(
    content: bytes, columns: Mapping[str, Column], mapping: Mapping[str, str | int]
) -> dict[str, pa.ChunkedArray] | None:
    """The columns of a plain file: the same keys in every row, texts, whole-number labels.

    None for any other, which is then read row by row: that is where the errors are found.
    """
    chosen = {ours: str(mapping.get(ours, ours)) for ours in columns}
    chosen = {
        ours: theirs
        for ours, theirs in chosen.items()
        if columns[ours].required or json.dumps(theirs).encode() in content
    }
    count = content.count(b"\n") + (not content.endswith(b"\n"))
    for label in (TEXT, pa.int64()):
        schema = pa.schema(
            [
                (theirs, label if columns[ours].kind == "label" else TEXT)
                for ours, theirs in chosen.items()
            ]
        )
        try:
            table = pa_json.read_json(
                pa.py_buffer(content),
                read_options=pa_json.ReadOptions(block_size=_BLOCK),
                parse_options=pa_json.ParseOptions(
                    explicit_schema=schema, unexpected_field_behavior="ignore"
                ),
            )
            table.validate(full=True)  # the parser lets other encodings pass
        except pa.ArrowException:
            continue
        if table.num_rows != count or any(column.null_count for column in table.columns):
            return None
        return {ours: table[theirs].cast(TEXT) for ours, theirs in chosen.items()}
    return None


def _read_exactly(
    numbered: list[tuple[int, dict[str, Any]]], chosen: Mapping[str, str], name: str
) -> tuple[dict[str, pa.ChunkedArray], np.ndarray]:
    problems: list[Problem] = []
    columns = {}
    for ours, theirs in chosen.items():
        values = []
        for number, row in numbered:
            try:
                values.append(_scalar(row.get(theirs)))
            except TypeError:
                kind = _KINDS[type(row[theirs])]
                problems.append(nested(theirs, kind, place=f"{name}:{number}"))
        columns[ours] = values
    if problems:
        raise DataError(_first(problems))
    return (
        {ours: pa.chunked_array([pa.array(values, TEXT)]) for ours, values in columns.items()},
        np.array([number for number, _ in numbered], dtype=np.int64),
    )


def _rows(content: bytes, name: str, *, lines: bool) -> Iterator[tuple[int, dict[str, Any]]]:
    refuse_other_encodings(_whole_lines(content) if lines else content, name=name)
    if lines:
        yield from _from_lines(content, name)
    else:
        yield from _from_list(content, name)


def _from_lines(content: bytes, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    problems: list[Problem] = []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            problems.append(_not_json(error, f"{name}:{number}", "one whole object a line"))
            continue
        if isinstance(row, dict):
            yield number, row
        else:
            problems.append(_not_object(row, f"{name}:{number}"))
    if problems:
        raise DataError(_first(problems))


def _from_list(content: bytes, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        rows = json.loads(content)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and content.lstrip().startswith(b"{"):
            yield from _from_lines(content, name)
            return
        raise DataError(
            _not_json(error, f"{name}:{error.lineno}", "one list of objects")
        ) from error
    if not isinstance(rows, list):
        keys = f" with the keys {', '.join(list(rows)[:8])}" if isinstance(rows, dict) else ""
        raise DataError(
            f"it holds {_KINDS.get(type(rows), 'a number')}{keys}, not a list of rows",
            place=name,
            hint='write it as [{"text": ..., "label": ...}, ...] or as one object a line',
        )
    problems = [
        _not_object(row, f"{name}:{number}")
        for number, row in enumerate(rows, start=1)
        if not isinstance(row, dict)
    ]
    if problems:
        raise DataError(_first(problems))
    yield from enumerate(rows, start=1)


def _scalar(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return None if math.isnan(value) else str(value)
    raise TypeError(type(value))


def _whole_lines(content: bytes) -> bytes:
    """A peek may end inside a character: leave out the last, cut line."""
    return content[: content.rfind(b"\n") + 1] if len(content) == _PEEK else content


def _not_json(error: json.JSONDecodeError, place: str, form: str) -> Problem:
    return Problem(
        f"not JSON: {error.msg} at column {error.colno}", place=place, hint=f"write {form}"
    )


def _not_object(row: Any, place: str) -> Problem:
    kind = _KINDS.get(type(row), "a number or a truth value")
    return Problem(
        f"the row is {kind}, not an object", place=place, hint='write {"text": ..., "label": ...}'
    )


def _first(problems: list[Problem]) -> list[Problem]:
    more = len(problems) - _SHOWN
    if more <= 0:
        return problems
    return [*problems[:_SHOWN], Problem(f"and {more} more such row{'s' * (more != 1)}")]
