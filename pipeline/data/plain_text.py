"""Plain text: a row is a line, a paragraph, or the whole file.

Blank lines set paragraphs apart and are no rows. A row's number is its first line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.data.columns import Asked
from pipeline.data.kinds import TEXT
from pipeline.data.raw import read_lines
from pipeline.data.spec import Unit
from pipeline.data.tables import finish


def read(path: Path, asked: Asked, *, name: str) -> pa.Table:
    """The rows of a text, in the task's only required column.

    Raises:
        DataError: unreadable, not text, or empty; a task that needs more than a text.
    """
    (ours,) = asked.choose(header(asked), place=name)
    lines = read_lines(path, name=name, report=asked.report)
    rows = list(units(enumerate(lines, start=1), asked.unit))
    texts = pa.chunked_array([pa.array([text for _, text in rows], TEXT)])
    numbers = np.array([number for number, _ in rows], dtype=np.int64)
    return finish({ours: texts}, asked.columns, numbers=numbers, name=name)


def header(asked: Asked) -> list[str]:
    """The name of the only column there is: the task's first text."""
    return asked.of_kind("text")[:1] or ["text"]


def units(lines: Iterable[tuple[int, str]], unit: Unit) -> Iterator[tuple[int, str]]:
    """Numbered lines as numbered rows, one at a time but for ``file``."""
    if unit == "file":
        yield 1, "\n".join(line for _, line in lines)
    elif unit == "line":
        yield from ((number, line) for number, line in lines if line.strip())
    else:
        for filled, block in groupby(lines, key=lambda one: bool(one[1].strip())):
            if filled:
                paragraph = list(block)
                yield paragraph[0][0], "\n".join(line for _, line in paragraph)
