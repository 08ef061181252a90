"""How the tests of this folder write a file and read it back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.contracts import Column, Silent
from pipeline.data import files
from pipeline.data.columns import Asked
from pipeline.data.spec import Unit
from pipeline.errors import DataError

NER = {"words": Column("words", "the words"), "tags": Column("tags", "a tag a word")}
QA = {
    "question": Column("text", "the question"),
    "context": Column("text", "where the answer stands"),
    "answers": Column("answers", "what is right"),
}
LM = {"text": Column("text", "the text")}
Mapped = Mapping[str, str | int]


class Notes(Silent):
    """Keeps what was noted."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, message: str) -> None:
        self.said.append(message)


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(
    path: Path,
    columns: Mapping[str, Column],
    mapping: Mapped | None = None,
    *,
    unit: Unit = "paragraph",
    report: Notes | None = None,
) -> list[dict[str, Any]]:
    """All rows; what ``graft check`` would find in the header must be there."""
    asked = Asked(columns, mapping or {}, unit)
    asked.choose(files.header(path, asked), place=path.name)
    table = files.read(
        [path], columns, mapping or {}, names={path: path.name}, unit=unit, report=report
    )
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def refusal(path: Path, columns: Mapping[str, Column], mapping: Mapped | None = None) -> str:
    with pytest.raises(DataError) as caught:
        files.read([path], columns, mapping or {}, names={path: path.name})
    return str(caught.value)
