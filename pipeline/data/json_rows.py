"""JSON files: one object a line (JSONL), or one list of objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pa_json

from pipeline.data import json_text, raw
from pipeline.data.columns import Asked
from pipeline.data.kinds import TEXT, TYPES, without_gaps
from pipeline.data.tables import convert_values, finish
from pipeline.errors import DataError

_PEEK = 1 << 20
_BLOCK = 1 << 24
_NULL_ROW = re.compile(rb"(?:\A|[\n\r}])[ \t\r\n]*null")
"""A row that is null, at which Arrow's parser (26.0.1) does not fail but ends the process."""
_QUICK = frozenset(("text", "label", "number", "words", "tags"))


def header(path: Path, *, lines: bool) -> list[str]:
    """The keys of the first row, and those inside its objects as ``outer.inner``.

    Raises:
        DataError: empty, not JSON, or not rows.
    """
    content = raw.peek(path, first=_PEEK)
    begins, feed, _ = content.rpartition(b"\n")
    if lines and feed and not json_text.is_list(content):
        content = begins if len(content) > _PEEK - 8 else content  # the last line may be cut
    else:
        content = raw.read(path, name=path.name, by_line=lines and not json_text.is_list(content))
    for _, row in json_text.rows(content, path.name, lines=lines):
        return list(keys(row))
    raise DataError("it has no rows", place=path.name)


def read(path: Path, asked: Asked, *, name: str, lines: bool) -> pa.Table:
    """The task's columns; a row's number is its line (JSONL) or its place in the list.

    Args:
        path: the file.
        asked: the task's columns, and what they are called here.
        name: the file's name for messages.
        lines: one object a line, not one list.

    Returns:
        Table with nulls where a row lacks the key.

    Raises:
        DataError: not JSON, not UTF-8, not objects, keys that are missing, values that are
            not of their column's kind.
    """
    is_list = json_text.is_list(raw.peek(path))
    if lines and is_list:
        asked.report.note(f"{name}: it is one JSON list, and read as such")
    content = raw.read(path, name=name, by_line=lines and not is_list, report=asked.report)
    quick = _read_quickly(content, asked) if lines and not is_list else None
    if quick:
        numbers = np.arange(1, len(next(iter(quick.values()))) + 1, dtype=np.int64)
        return finish(quick, asked.columns, numbers=numbers, name=name)
    numbered = list(json_text.rows(content, name, lines=lines))
    if not numbered:
        raise DataError("it has no rows", place=name)
    there = dict.fromkeys(key for _, row in numbered for key in keys(row))
    chosen = asked.choose(list(there), place=name)
    numbers = np.array([number for number, _ in numbered], dtype=np.int64)
    return convert_values(
        lambda theirs: [value(row, theirs) for _, row in numbered],
        chosen, asked, numbers=numbers, name=name,
    )  # fmt: skip


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
    if not _QUICK.issuperset(kinds.values()) or _NULL_ROW.search(content):
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


def objects(path: Path, *, name: str, lines: bool) -> Iterator[dict[str, Any]]:
    """The rows as they are, for who does not know yet what they hold.

    Raises:
        DataError: see ``read``.
    """
    is_list = json_text.is_list(raw.peek(path))
    content = raw.read(path, name=name, by_line=lines and not is_list)
    found = [row for _, row in json_text.rows(content, name, lines=lines)]
    if not found:
        raise DataError("it has no rows", place=name)
    return iter(found)


def keys(row: Mapping[str, Any]) -> Iterator[str]:
    """The keys of a row, and those inside its objects as ``outer.inner``."""
    for key, value in row.items():
        yield key
        if isinstance(value, dict):
            yield from (f"{key}.{inner}" for inner in keys(value))


def value(row: Mapping[str, Any], key: str) -> Any:
    """What stands under a key, or under ``outer.inner``; None where there is nothing."""
    outer, dot, inner = key.partition(".")
    if key in row or not dot:
        return row.get(key)
    within = row.get(outer)
    return value(within, inner) if isinstance(within, dict) else None
