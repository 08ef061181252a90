"""JSON files: one object a line (JSONL), or one list of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pa_json

from pipeline.data.columns import Asked
from pipeline.data.kinds import TEXT, TYPES, first, from_values, without_gaps
from pipeline.data.raw import read_bytes, refuse_other_encodings
from pipeline.errors import DataError, Problem

_PEEK = 1 << 20
_KINDS = {dict: "an object", list: "a list", str: "a text", type(None): "null"}
_BLOCK = 1 << 24
_QUICK = frozenset(("text", "label", "number", "words", "tags"))


def header(path: Path, *, lines: bool) -> list[str]:
    """The keys of the first row, and those inside its objects as ``outer.inner``.

    Raises:
        DataError: empty, not JSON, or not rows.
    """
    content = read_bytes(path, first=_PEEK if lines else None)
    if len(content) >= _PEEK - 3 and b"\n" not in content:  # a long first line, BOM or not
        content = read_bytes(path)
    for _, row in _rows(content, path.name, lines=lines):
        return list(_keys(row))
    raise DataError("it has no rows", place=path.name)


def read(
    path: Path, asked: Asked, *, name: str, lines: bool
) -> tuple[dict[str, pa.ChunkedArray], np.ndarray]:
    """The task's columns, and each row's line (JSONL) or place in the list.

    Args:
        path: the file.
        asked: the task's columns, and what they are called here.
        name: the file's name for messages.
        lines: one object a line, not one list.

    Returns:
        Ours -> (N,) in the type of its kind, with nulls where a row lacks the key, and (N,)
        int64 from 1.

    Raises:
        DataError: not JSON, not UTF-8, not objects, keys that are missing, values that are
            not of their column's kind.
    """
    content = read_bytes(path)
    quick = _read_quickly(content, asked) if lines else None
    if quick is not None:
        return quick, np.arange(1, len(next(iter(quick.values()))) + 1, dtype=np.int64)
    numbered = list(_rows(content, name, lines=lines))
    if not numbered:
        raise DataError("it has no rows", place=name)
    keys = dict.fromkeys(key for _, row in numbered for key in _keys(row))
    return _read_exactly(numbered, asked, asked.choose(list(keys), place=name), name)


def _read_quickly(content: bytes, asked: Asked) -> dict[str, pa.ChunkedArray] | None:
    """The columns of a plain file: the same keys in every row, texts, whole-number labels.

    None for any other, which is then read row by row: that is where the errors are found.
    """
    chosen = {ours: str(asked.mapping.get(ours, ours)) for ours in asked.columns}
    chosen = {
        ours: theirs
        for ours, theirs in chosen.items()
        if asked.columns[ours].required or json.dumps(theirs).encode() in content
    }
    kinds = {ours: asked.columns[ours].kind for ours in chosen}
    if not _QUICK.issuperset(kinds.values()):
        return None
    count = content.count(b"\n") + (not content.endswith(b"\n"))
    for label in (TEXT, pa.int64()):
        schema = pa.schema(
            [
                (theirs, label if kinds[ours] == "label" else TYPES[kinds[ours]])
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
        if table.num_rows != count or not all(map(_is_whole, table.columns)):
            return None
        return {ours: table[theirs].cast(TYPES[kinds[ours]]) for ours, theirs in chosen.items()}
    return None


def _is_whole(column: pa.ChunkedArray) -> bool:
    """Whether nothing is missing in a column; what is, is looked for row by row."""
    if column.null_count:
        return False
    if pa.types.is_floating(column.type):
        return bool(pc.all(pc.is_finite(column)).as_py())
    return not pa.types.is_list(column.type) or without_gaps(column)


def _read_exactly(
    numbered: list[tuple[int, dict[str, Any]]], asked: Asked, chosen: Mapping[str, str], name: str
) -> tuple[dict[str, pa.ChunkedArray], np.ndarray]:
    numbers = np.array([number for number, _ in numbered], dtype=np.int64)
    problems: list[Problem] = []
    columns = {}
    for ours, theirs in chosen.items():
        values = [_value(row, theirs) for _, row in numbered]
        try:
            columns[ours] = from_values(
                values, asked.columns[ours].kind, numbers=numbers, place=name, column=theirs,
                report=asked.report,
            )  # fmt: skip
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return columns, numbers


def _keys(row: Mapping[str, Any]) -> Iterator[str]:
    for key, value in row.items():
        yield key
        if isinstance(value, dict):
            yield from (f"{key}.{inner}" for inner in _keys(value))


def _value(row: Mapping[str, Any], key: str) -> Any:
    """What stands under a key, or under ``outer.inner``; None where there is nothing."""
    outer, dot, inner = key.partition(".")
    if key in row or not dot:
        return row.get(key)
    within = row.get(outer)
    return _value(within, inner) if isinstance(within, dict) else None


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
        raise DataError(first(problems))


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
        raise DataError(first(problems))
    yield from enumerate(rows, start=1)


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
