"""Columns that lie in text files of their own, side by side: line N of each is row N.

Translations come so (``train.en`` and ``train.de``), and tasks that keep texts and labels apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.data import raw
from pipeline.data.columns import Asked
from pipeline.data.kinds import TEXT
from pipeline.data.tables import convert
from pipeline.errors import DataError, Problem


def check(files: Mapping[str, Path], asked: Asked, *, key: str) -> None:
    """The task's columns each have a file, and each file has a column.

    Args:
        files: our column -> its file.
        asked: the task's columns.
        key: the recipe's key, such as ``data.train``, for messages.

    Raises:
        DataError: a required column without a file; no text.
    """
    problems = [
        Problem(
            f"there is no file for the column '{ours}'",
            place=key,
            hint=f"name it: {key.rpartition('.')[2]}: {{{ours}: FILE, ...}}",
        )
        for ours in asked.required
        if ours not in files
    ]
    for path in files.values():
        try:
            raw.peek(path)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)


def read(files: Mapping[str, Path], asked: Asked, names: Mapping[Path, str]) -> pa.Table:
    """A row a line; its id is the first file's name and the line.

    Args:
        files: our column -> its file.
        asked: the task's columns.
        names: file -> its short name.

    Raises:
        DataError: files of unequal length; values that are not of their column's kind.
    """
    chosen = {ours: path for ours, path in files.items() if ours in asked.columns}
    columns = {
        ours: raw.read_lines(path, name=names[path], report=asked.report)
        for ours, path in chosen.items()
    }
    lengths = {names[path]: len(columns[ours]) for ours, path in chosen.items()}
    if len(set(lengths.values())) > 1:
        counted = ", ".join(f"{name} has {count} lines" for name, count in lengths.items())
        raise DataError(
            f"line N of each file is row N, but they are not equally long: {counted}",
            place=next(iter(lengths)),
            hint="look where they part: a line end inside of a text splits its row",
        )
    # A message names the file whose value it is as its column.
    numbers = np.arange(1, next(iter(lengths.values())) + 1, dtype=np.int64)
    found = {
        names[path]: pa.chunked_array([pa.array(columns[ours], TEXT)])
        for ours, path in chosen.items()
    }
    by_name = {ours: names[path] for ours, path in chosen.items()}
    return convert(found, by_name, asked, numbers=numbers, name=next(iter(lengths)))
