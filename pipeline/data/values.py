"""One value as the kind of its column has it: labels, words, texts, answers, messages, a number.

It makes no difference which file a value comes from. Where a kind asks for a list, a list is
taken as it is and a text is read as a cell of a table: as the JSON list that it is, or split.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

MARKS = ("|", ";", ",")
"""What sets the labels of one cell apart; the first that a column holds is the one of them all."""

_ASCII_BLANKS = re.compile(r"[ \t\r\n]+")
_KINDS = {dict: "an object", list: "a list", type(None): "null"}
_LONGEST = 40
_ROLES = {"human": "user", "gpt": "assistant"}
_KNOWN_ROLES = ("system", "user", "assistant", "tool")


class Unfit(ValueError):
    """A value that its column's kind cannot hold.

    Attributes:
        found: what it holds instead, to go on after "column 'x'".
        hint: what to do about it.
    """

    def __init__(self, found: str, hint: str) -> None:
        self.found = found
        self.hint = hint
        super().__init__(found)


def kind_of(value: object) -> str:
    """A value in the words of a message: ``a list``, ``'n/a'``, ``3``."""
    if isinstance(value, str):
        cut = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}..."
        return f"'{cut}'"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _KINDS.get(type(value), str(value))


def scalar(value: Any) -> str | None:
    """Any scalar as a text: 1 and 1.0 become "1", true becomes "true"; None where it is missing.

    Raises:
        TypeError: a list or an object.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return None if math.isnan(value) else str(value)
    raise TypeError(type(value))


def number(value: Any) -> float | None:
    """A finite number, or the text of one; None where a cell is empty.

    Raises:
        Unfit: anything else, such as ``n/a``, ``3,5``, NaN or true.
    """
    if isinstance(value, str) and not value.strip():
        return None
    if isinstance(value, int | float | str | Decimal) and not isinstance(value, bool):
        with suppress(ValueError, OverflowError):
            found = float(value)
            if math.isfinite(found):
                return found
    raise Unfit(
        f"holds {kind_of(value)}, not a finite number",
        "write it with a point, such as 3.5, or remove the row",
    )


def mark_of(values: Iterable[Any]) -> str | None:
    """The mark at which the labels of a column's cells are split, or None where none is needed."""
    cells = [value for value in values if isinstance(value, str) and _listed(value) is None]
    return next((mark for mark in MARKS if any(mark in cell for cell in cells)), None)


def labels(value: Any, *, mark: str | None) -> list[str]:
    """Labels, each once: a list of scalars, one scalar, or a cell split at ``mark``.

    Raises:
        Unfit: an object, or a list that holds anything but scalars.
    """
    listed = _listed(value)
    if listed is None and isinstance(value, str):
        parts = [part.strip() for part in (value.split(mark) if mark else [value])]
        return list(dict.fromkeys(filter(None, parts)))
    given = [value] if listed is None else listed
    return list(dict.fromkeys(_scalars(given, "label", 'write a list of labels: ["a", "b"]')))


def words(value: Any) -> list[str]:
    """Words or tags: a list of scalars, or a cell split at blanks, tabs and line ends.

    Raises:
        Unfit: neither, or one of them is empty.
    """
    listed = _listed(value)
    if isinstance(value, str) and not _all_texts(listed):
        return [word for word in _ASCII_BLANKS.split(value) if word]
    hint = 'write a list: ["one", "two"], or one text with blanks between'
    if listed is None:
        raise Unfit(f"holds {kind_of(value)}, not a list", hint)
    return _scalars(listed, "item", hint)


def texts(value: Any) -> list[str]:
    """Texts that all would be right: a list of them, or a single one.

    Raises:
        Unfit: an object, or a list that holds anything but scalars.
    """
    given = value if isinstance(value, list) else [value]
    return _scalars(given, "text", 'write a text, or a list of texts: ["one", "two"]', empty=True)


def answers(value: Any) -> list[dict[str, Any]]:
    """Answers as ``{"text": ..., "start": ...}``, blank ones left out.

    Takes what SQuAD holds, ``{"text": [...], "answer_start": [...]}``, a list of such objects,
    or texts alone, whose start is -1.

    Raises:
        Unfit: none of these, or a start that is no whole number.
    """
    hint = 'write {"text": ["..."], "answer_start": [0]}, or the text of the answer'
    found = []
    for record in _records(_parsed(value), hint):
        given = {"text": record} if isinstance(record, str) else record
        if not isinstance(given, Mapping) or not isinstance(given.get("text"), str):
            raise Unfit(f"holds {kind_of(record)}, which is no answer with a text", hint)
        if given["text"].strip():
            found.append({"text": given["text"], "start": _start(given, hint)})
    return found


def messages(value: Any) -> list[dict[str, str]]:
    """A conversation as ``{"role": ..., "content": ...}``; ``from`` and ``value`` are understood.

    Raises:
        Unfit: no list of such objects, or a role that no chat template knows.
    """
    hint = 'write [{"role": "user", "content": "..."}, {"role": "assistant", "content": "..."}]'
    parsed = _parsed(value)
    if isinstance(parsed, str) or not isinstance(parsed, list | Mapping):
        raise Unfit(f"holds {kind_of(value)}, not a list of messages", hint)
    found = []
    for place, record in enumerate(_records(parsed, hint), start=1):
        if not isinstance(record, Mapping):
            raise Unfit(f"holds {kind_of(record)} as message {place}, not an object", hint)
        role = record.get("role") or record.get("from")
        content = record.get("content") if record.get("role") else record.get("value")
        role = _ROLES.get(str(role), role)
        if role not in _KNOWN_ROLES:
            choices = ", ".join(_KNOWN_ROLES)
            raise Unfit(
                f"holds message {place} of the role {kind_of(role)}", f"choose one of: {choices}"
            )
        if not isinstance(content, str):
            raise Unfit(f"holds message {place} with {kind_of(content)} as its content", hint)
        found.append({"role": str(role), "content": content})
    return found


def _scalars(given: list[Any], what: str, hint: str, *, empty: bool = False) -> list[str]:
    found = []
    for place, one in enumerate(given, start=1):
        try:
            text = scalar(one)
        except TypeError:
            raise Unfit(f"holds {kind_of(one)} as {what} {place}, not a text", hint) from None
        if text is None or not (text or empty):
            raise Unfit(f"holds an empty {what}, its {place}. of {len(given)}", hint)
        found.append(text)
    return found


def _listed(value: Any) -> list[Any] | None:
    """A list, also one that a cell spells as JSON or as data frames write it; else None."""
    if isinstance(value, str) and value.lstrip()[:1] == "[":
        for parse in (json.loads, ast.literal_eval):
            with suppress(ValueError, SyntaxError, TypeError, RecursionError):
                found = parse(value.strip())
                if isinstance(found, list):
                    return found
    return value if isinstance(value, list) else None


def _all_texts(listed: list[Any] | None) -> bool:
    return listed is not None and all(isinstance(one, str) for one in listed)


def _parsed(value: Any) -> Any:
    """What a cell spells as JSON objects or texts in a list; any other value as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        with suppress(ValueError, RecursionError):
            found = json.loads(value)
            if isinstance(found, Mapping) or all(isinstance(one, str | dict) for one in found):
                return found
    return value


def _records(value: Any, hint: str) -> list[Any]:
    """Rows of an object that holds lists, as it holds columns; a list as it is."""
    if isinstance(value, list):
        return value
    if not isinstance(value, Mapping):
        return [value]
    lists = {key: column for key, column in value.items() if isinstance(column, list)}
    if not lists:
        return [value]
    lengths = {key: len(column) for key, column in lists.items()}
    if len(set(lengths.values())) > 1:
        counted = ", ".join(f"{count} of '{key}'" for key, count in lengths.items())
        raise Unfit(f"holds lists of unequal lengths: {counted}", hint)
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]


def _start(answer: Mapping[str, Any], hint: str) -> int:
    given = answer.get("answer_start", answer.get("start"))
    if given is None:
        return -1
    if isinstance(given, bool) or not isinstance(given, int | float) or given != int(given):
        raise Unfit(f"holds {kind_of(given)} as the start of an answer, not a whole number", hint)
    return max(int(given), -1)
