"""How a file is read: by its ending, by what the task asks for, and by how it begins.

The ending decides but for three: a ``.json`` file may hold questions as SQuAD has them; a
``.tsv`` or ``.txt`` file may hold a token a line where the task asks for words; and a ``.txt``
file is plain text where one text a row is all that the task asks for.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.data import squad
from pipeline.data.columns import Asked
from pipeline.data.paths import Format, format_of
from pipeline.data.raw import peek


def recognise(path: Path, asked: Asked) -> Format:
    """How to read a file for this task.

    Raises:
        DataError: an ending that is not known; unreadable.
    """
    found = format_of(path)
    if found == "json" and squad.is_squad(path):
        return "squad"
    if found == "tsv" and asked.of_kind("words") and _is_token_a_line(path, asked):
        return "conll"
    if found == "tsv" and ".txt" in path.suffixes and _is_plain(path, asked):
        return "text"
    return found


def _is_plain(path: Path, asked: Asked) -> bool:
    """One text is asked for, and neither the recipe nor a header names a column."""
    required = asked.required
    if len(required) != 1 or required != asked.of_kind("text")[:1] or asked.mapping:
        return False
    first = _lines(path)[0].split("\t")
    return not asked.is_named(first) and not (len(first) > 1 and asked.usually_headless)


def _is_token_a_line(path: Path, asked: Asked) -> bool:
    """Nothing names a column; and sentences end in blank lines, or no cell holds two words."""
    lines = _lines(path)
    if not asked.positional and (asked.mapping or asked.is_named(lines[0].split("\t"))):
        return False
    tokens = [line for line in lines if not line.startswith("#")]
    # Words set apart by blanks alone may be a sentence: only where tags are asked for are they not.
    parted = tokens if not asked.of_kind("tags") else [line for line in tokens if "\t" in line]
    cells = [cell for line in parted for cell in line.split("\t")]
    return "" in map(str.strip, tokens[:-1]) or not any(" " in cell.strip() for cell in cells)


def _lines(path: Path) -> list[str]:
    return [line.decode() for line in peek(path).splitlines()]
