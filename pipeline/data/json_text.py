"""From the text of a JSON file to its rows; what is wrong is said with its line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipeline.data.kinds import first
from pipeline.errors import DataError, Problem

_KINDS = {dict: "an object", list: "a list", str: "a text", type(None): "null"}
DEEP = "it is nested too deeply, or holds a number of thousands of digits"
"""What is said of a text at which Python's reader gives up."""


def parse(content: bytes, name: str) -> Any:
    """A whole file's value.

    Args:
        content: UTF-8.
        name: the file, for messages.

    Raises:
        DataError: not JSON, with its line and column.
    """
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise DataError(wrong(error, f"{name}:{line}", "one whole JSON value")) from error


def wrong(error: ValueError | RecursionError, place: str, form: str) -> Problem:
    """What is wrong with a text that is no JSON.

    Args:
        error: what the reader raised.
        place: file and line.
        form: what should be written there.
    """
    if isinstance(error, json.JSONDecodeError):
        said = f"{error.msg} at column {error.colno}"
    else:
        said = DEEP
    return Problem(f"not JSON: {said}", place=place, hint=f"write {form}")


def is_list(content: bytes) -> bool:
    """Whether the text begins as a list does."""
    return content.lstrip().startswith(b"[")


def rows(content: bytes, name: str, *, lines: bool) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row and its number: its line, or its place in the list.

    Args:
        content: UTF-8.
        name: the file, for messages.
        lines: one object a line, unless it is a list all the same.

    Raises:
        DataError: not JSON, or no objects.
    """
    if lines and not is_list(content):
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
        except (ValueError, RecursionError) as error:
            if not problems and number == 1 and _is_one_object(content):
                raise _one_object(name) from error
            problems.append(wrong(error, f"{name}:{number}", "one whole object a line"))
            continue
        if isinstance(row, dict):
            yield number, row
        else:
            problems.append(not_object(row, f"{name}:{number}"))
    if problems:
        raise DataError(first(problems))


def _from_list(content: bytes, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        if "Extra data" in str(error) and content.lstrip().startswith(b"{"):
            yield from _from_lines(content, name)
            return
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise DataError(wrong(error, f"{name}:{line}", "one list of objects")) from error
    found = _inner(found)
    if not isinstance(found, list):
        keys = f" with the keys {', '.join(list(found)[:8])}" if isinstance(found, dict) else ""
        raise DataError(
            f"it holds {_KINDS.get(type(found), 'a number')}{keys}, not a list of rows",
            place=name,
            hint='write it as [{"text": ..., "label": ...}, ...] or as one object a line'
            " (pandas: orient='records')",
        )
    problems = [
        not_object(row, f"{name}:{number}")
        for number, row in enumerate(found, start=1)
        if not isinstance(row, dict)
    ]
    if problems:
        raise DataError(first(problems))
    yield from enumerate(found, start=1)


def _inner(rows: Any) -> Any:
    """The rows of an object that holds nothing else that could be them: {"data": [...]}."""
    if not isinstance(rows, dict):
        return rows
    lists = [
        value
        for value in rows.values()
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value)
    ]
    return lists[0] if len(lists) == 1 else rows


def _is_one_object(content: bytes) -> bool:
    """Whether the lines together are one value: JSON written over several lines."""
    try:
        return isinstance(json.loads(content), dict)
    except (ValueError, RecursionError):
        return False


def _one_object(name: str) -> DataError:
    return DataError(
        "it is one JSON object over several lines, not an object a line",
        place=name,
        hint="write each row on one line of its own; a file that holds a list of rows is read"
        " under the ending .json",
    )


def not_object(row: Any, place: str) -> Problem:
    """A row that is something else."""
    kind = _KINDS.get(type(row), "a number or a truth value")
    return Problem(
        f"the row is {kind}, not an object", place=place, hint='write {"text": ..., "label": ...}'
    )
