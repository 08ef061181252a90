"""From what a recipe says (a file, a folder, a glob, a list) to the files that it means."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pipeline.data import links
from pipeline.errors import DataError, Problem, nearest

Format = Literal[
    "csv", "tsv", "jsonl", "json", "parquet", "conll", "conllu", "squad", "text",
]  # fmt: skip

FORMATS: Mapping[str, Format] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".txt": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".conll": "conll",
    ".bio": "conll",
    ".iob": "conll",
    ".conllu": "conllu",
    ".text": "text",
    ".md": "text",
}
"""How a file is read, by the end of its name; ``recognition`` looks closer."""

Found = list[Path] | dict[str, Path]
"""Files that are read one after the other; or by column, side by side."""

_SPLIT_NAMES = ("train", "training", "dev", "valid", "validation", "val", "test", "eval")
_ENDINGS = ", ".join((*FORMATS, ".csv.gz"))


def format_of(path: Path) -> Format:
    """How to read a file by its ending alone; ``.gz`` is looked through.

    Raises:
        DataError: an ending that is not known.
    """
    found = FORMATS.get(_ending(path))
    if found is None:
        raise DataError(
            f"no way is known to read a '{path.suffix or 'nameless'}' file",
            place=str(path),
            hint=f"files are read by their ending: {_ENDINGS}",
        )
    return found


def is_known(path: Path) -> bool:
    """Whether a file's ending says how to read it."""
    return _ending(path) in FORMATS


def find(given: str | Sequence[str] | Mapping[str, str], *, key: str) -> Found:
    """The files that one entry of the recipe means.

    Args:
        given: a file, a folder, a glob, a list of these; or our column -> its text file.
        key: the recipe's key, such as ``data.train``, for messages.

    Raises:
        DataError: all of what is missing, empty, or mixed.
    """
    if not isinstance(given, Mapping):
        return resolve(given, key=key)
    found: dict[str, Path] = {}
    problems: list[Problem] = []
    for ours, name in given.items():
        try:
            found[ours] = _text_file(Path(name).expanduser(), f"{key}.{ours}")
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return found


def listed(found: Found) -> list[Path]:
    """The files, each once."""
    return list(dict.fromkeys(found if isinstance(found, list) else found.values()))


def resolve(given: str | Sequence[str], *, key: str) -> list[Path]:
    """The files that one entry of the recipe means, in a fixed order.

    Args:
        given: a file, a folder, a glob, or a list of these.
        key: the recipe's key, such as ``data.train``, for messages.

    Raises:
        DataError: all of what is missing, empty, or mixed.
    """
    files: list[Path] = []
    problems: list[Problem] = []
    for one in [given] if isinstance(given, str) else given:
        try:
            files += _resolve_one(Path(one).expanduser(), key)
        except DataError as error:
            problems += error.problems
        except OSError as error:
            problems.append(Problem(f"'{one}' cannot be read: {error.strerror}", place=key))
    if not problems:
        problems += _repeated(files, key)
    if problems:
        raise DataError(problems)
    return files


def display_names(files: Sequence[Path]) -> dict[Path, str]:
    """A short name for each file: its own, with its folder's where two share one."""
    names = [path.name for path in dict.fromkeys(files)]
    return {
        path: path.name if names.count(path.name) == 1 else f"{path.parent.name}/{path.name}"
        for path in dict.fromkeys(files)
    }


def _resolve_one(path: Path, key: str) -> list[Path]:
    if path.is_dir():
        return _in_folder(path, key)
    if path.exists():
        links.refuse_devices(path, key)
        format_of(path)
        return [path]
    links.refuse_broken_link(path, key)
    if any(mark in str(path) for mark in "*?["):
        # Path.glob takes no absolute pattern.
        found = sorted(map(Path, glob.glob(str(path), recursive=True)))  # noqa: PTH207
        files = [one for one in found if one.is_file()]
        if not files:
            raise DataError(
                f"no file is like '{path}'", place=key, hint=_what_is_in(_standing(path))
            )
        return _of_one_kind(files, path, key)
    raise DataError(f"there is no file '{path}'", place=key, hint=_near_file(path))


def _text_file(path: Path, key: str) -> Path:
    """A file of one column, whatever its name ends in."""
    if path.is_dir():
        raise DataError(f"'{path}' is a folder, not a file", place=key, hint="name one text file")
    links.refuse_broken_link(path, key)
    if not path.exists():
        raise DataError(f"there is no file '{path}'", place=key, hint=_near_file(path))
    links.refuse_devices(path, key)
    return path


def _in_folder(folder: Path, key: str) -> list[Path]:
    files = sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.name[0] != "." and is_known(path)
    )
    # Folders of data often hold notes.md, which is read where it is named, and a README.txt:
    # plain text counts only where nothing else is there.
    files = [path for path in files if ".md" not in path.suffixes]
    files = [path for path in files if ".txt" not in path.suffixes] or files
    if not files:
        raise DataError(
            f"folder '{folder}' has no data file in it",
            place=key,
            hint=f"files are read by their ending: {_ENDINGS}",
        )
    links.refuse_links_out(files, folder, key)
    splits = [path for path in files if path.name.split(".")[0].lower() in _SPLIT_NAMES]
    if len(splits) > 1:
        named = ", ".join(path.name for path in splits)
        raise DataError(
            f"folder '{folder}' holds several splits ({named}) and would be read as one",
            place=key,
            hint=f"name them apart, such as train: {splits[-1]}",
        )
    return _of_one_kind(files, folder, key)


def _of_one_kind(files: list[Path], given: Path, key: str) -> list[Path]:
    kinds = sorted({format_of(path) for path in files})
    if len(kinds) > 1:
        pattern = given / f"*.{kinds[0]}" if given.is_dir() else f"{given}.{kinds[0]}"
        raise DataError(
            f"'{given}' holds files of mixed kinds: {', '.join(kinds)}",
            place=key,
            hint=f"name one kind, such as {pattern}",
        )
    return files


def _ending(path: Path) -> str:
    """The end of a file's name; ``.gz`` is looked through."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


def _repeated(files: Sequence[Path], key: str) -> list[Problem]:
    seen = [path.resolve() for path in files]
    twice = sorted(
        {str(path) for path, real in zip(files, seen, strict=True) if seen.count(real) > 1}
    )
    return [Problem(f"'{name}' is named twice", place=key, hint="name it once") for name in twice]


def _near_file(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"there is no folder '{folder}' either; paths are read from {Path.cwd()}"
    near = nearest(path.name, [one.name for one in folder.iterdir()])
    return f"did you mean '{folder / near}'?" if near else _what_is_in(folder)


def _standing(path: Path) -> Path:
    """The part of a glob before its first wildcard."""
    return next(
        (one for one in path.parents if not any(mark in str(one) for mark in "*?[")), Path()
    )


def _what_is_in(folder: Path) -> str:
    if not folder.is_dir():
        return f"there is no folder '{folder}'; paths are read from {Path.cwd()}"
    names = sorted(one.name for one in folder.iterdir())
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return f"'{folder}' holds: {', '.join(names[:8]) or 'nothing'}{more}"
