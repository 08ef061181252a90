"""The objects of a JSON list one by one: no more of the list is held than a row or two."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.data.encodings import decoded
from pipeline.data.json_text import DEEP, not_object
from pipeline.errors import DataError

LONGEST = 1 << 24
"""Characters of the longest row: without a bound, a row without an end fills memory."""

_BLANKS = re.compile(r"[ \t\r\n]*")
_MARK = "\ufeff"
_HINT = "write one list of objects, or one object a line (.jsonl)"


def rows(pieces: Iterable[bytes], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row and its place in the list.

    Args:
        pieces: UTF-8, cut anywhere.
        name: the file, for messages.

    Raises:
        DataError: the first place that is no list of objects.
    """
    window = _Window(decoded(pieces, "utf-8", "UTF-8", name=name), name)
    window.take("[")
    number = 0
    while window.sign() != "]":
        if number:
            window.take(",")
        number += 1
        row = window.value()
        if not isinstance(row, dict):
            raise DataError(not_object(row, f"{name}:{number}"))
        yield number, row
    window.take("]")
    if window.sign():
        raise window.broken("Extra data")


class _Window:
    """The part of a text that is looked at; what lies before it is forgotten."""

    def __init__(self, pieces: Iterator[bytes], name: str) -> None:
        self._pieces = pieces
        self._name = name
        self._decoder = json.JSONDecoder()
        first = next((text for piece in pieces if (text := piece.decode())), "")
        self._text = first.removeprefix(_MARK)
        self._at = 0
        self._line = 1

    def sign(self) -> str:
        """The next character that is no blank; none at the end."""
        while True:
            found = _BLANKS.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or not self._grow(1):
                return self._text[self._at : self._at + 1]

    def take(self, wanted: str) -> None:
        """Pass over a sign."""
        if self.sign() != wanted:
            raise self.broken(f"Expecting '{wanted}'")
        self._at += 1

    def value(self) -> Any:
        """The value that begins here."""
        self.sign()
        while True:
            try:
                found, self._at = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                # Cut off or wrong? What has a row's length and still is no row is wrong.
                held = len(self._text) - self._at
                if held > LONGEST or not self._grow(held):
                    raise self.broken(error.msg) from error
            except (ValueError, RecursionError) as error:
                raise self.broken(DEEP) from error
            else:
                return found

    def broken(self, said: str) -> DataError:
        """What is said of the row that begins here."""
        line = self._line + self._text.count("\n", 0, self._at)
        return DataError(f"not JSON: {said}", place=f"{self._name}:{line}", hint=_HINT)

    def _grow(self, more: int) -> bool:
        """Go on by so many characters at least; false where there are none."""
        self._line += self._text.count("\n", 0, self._at)
        parts, size = [self._text[self._at :]], 0
        while size < more and (piece := next(self._pieces, None)) is not None:
            parts.append(piece.decode())
            size += len(parts[-1])
        self._text, self._at = "".join(parts), 0
        return size > 0
