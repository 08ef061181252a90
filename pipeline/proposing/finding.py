"""Which files of a path are training, validation and test rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.contracts import SPLITS, SplitName
from pipeline.data.paths import FORMATS, format_of, is_known
from pipeline.errors import DataError, suggestion

_WORDS: Mapping[str, SplitName] = {
    "train": "train", "training": "train", "trn": "train",
    "dev": "validation", "valid": "validation", "validation": "validation", "val": "validation",
    "test": "test", "tst": "test", "eval": "test",
}  # fmt: skip
_BESIDE = re.compile(r"readme|licen[cs]e|source|notice|mapping|categories|labels?$", re.IGNORECASE)
"""Files that lie beside rows and hold none."""
_TEXTS = ("text", "texts", "sentence", "sentences", "src", "source", "input", "inputs")
_LABELS = ("label", "labels", "target", "targets", "tgt", "output", "outputs", "class", "classes")


@dataclass(frozen=True)
class Files:
    """The files of each split, as a recipe names them.

    Attributes:
        splits: split -> files that are read one after the other, or name -> file side by side.
        left_out: names of files that are in the folder and not used.
    """

    splits: Mapping[SplitName, Sequence[Path] | Mapping[str, Path]]
    left_out: Sequence[str] = field(default_factory=tuple)

    @property
    def parallel(self) -> bool:
        """Each column has a file of its own."""
        return isinstance(self.splits["train"], Mapping)


def find(path: Path) -> Files:
    """The files of a path: the file itself, or those of a folder by their names.

    Raises:
        DataError: nothing there, nothing that can be read, or files that do not belong together.
    """
    if path.is_file():
        format_of(path)
        return Files({"train": [path]})
    if not path.is_dir():
        raise _absent(path)
    there = sorted(one for one in path.iterdir() if one.is_file() and one.name[0] != ".")
    parallel = _side_by_side(there)
    if parallel:
        used = {str(file) for split in parallel.values() for file in split.values()}
        return Files(parallel, _names(there, used))
    known = [one for one in there if is_known(one) and not _BESIDE.match(one.stem)]
    if not known:
        raise DataError(
            "there is no file of rows in this folder",
            place=str(path),
            hint=f"files are read by their ending: {', '.join(FORMATS)}",
        )
    splits = _by_split(known, path)
    used = {str(file) for files in splits.values() for file in files}
    return Files(splits, _names(there, used))


def _by_split(known: Sequence[Path], folder: Path) -> dict[SplitName, list[Path]]:
    named = {one: _split_of(one) for one in known}
    train = [one for one, split in named.items() if split == "train"]
    if not train and len(known) > 1:
        raise DataError(
            f"no name says which of these files is for training: {_listed(known)}",
            place=str(folder),
            hint=f"name one of them: graft new {known[0]}; or call it train{known[0].suffix}",
        )
    kind = format_of(train[0] if train else known[0])
    same = [one for one in known if format_of(one) == kind]
    found: dict[SplitName, list[Path]] = {
        split: [one for one in same if named[one] == split] for split in SPLITS
    }
    rest = [one for one in same if named[one] is None]
    if train and not found["test"] and len(rest) == 1 and _are_alike(rest[0], train[0]):
        found["test"] = rest
    if not train:
        found["train"] = list(known)
    if len(found["train"]) > 1 and len({_family(one) for one in found["train"]}) > 1:
        raise DataError(
            f"there are several data sets in this folder: {_listed(found['train'])}",
            place=str(folder),
            hint=f"name one of them: graft new {found['train'][0]}",
        )
    return {split: files for split, files in found.items() if files}


def _are_alike(one: Path, other: Path) -> bool:
    """Whether two files have the same columns."""
    from pipeline.data import files

    try:
        return sorted(files.header(one)) == sorted(files.header(other))
    except DataError:
        return False


def _side_by_side(there: Sequence[Path]) -> dict[SplitName, dict[str, Path]] | None:
    """Files of equal length whose names differ in one word: texts and labels, or languages."""
    by_split: dict[SplitName, dict[str, Path]] = {}
    for one in there:
        split = _split_of(one)
        column = _column_of(one)
        if split and column and column not in by_split.get(split, {}):
            by_split.setdefault(split, {})[column] = one
    train = by_split.get("train", {})
    if len(train) != 2:
        return None
    whole = {
        split: dict(sorted(by_split[split].items(), key=lambda one: one[0] == "label"))
        for split in SPLITS
        if set(by_split.get(split, {})) == set(train)
    }
    return whole if all(len(_lengths(files)) == 1 for files in whole.values()) else None


def _lengths(files: Mapping[str, Path]) -> set[int]:
    from pipeline.data import raw

    return {len(raw.read_lines(path, name=path.name)) for path in files.values()}


def _column_of(path: Path) -> str | None:
    """``text`` or ``label``, or the language that the name ends in."""
    words = _split_words(path.name)
    if path.suffix == ".txt":
        if any(word in _TEXTS for word in words):
            return "text"
        return "label" if any(word in _LABELS for word in words) else None
    ending = path.suffix.removeprefix(".").lower()
    is_language = len(ending) == 2 and ending.isalpha() and ending not in ("gz", "md", "py", "js")
    return ending if is_language else None


def _split_of(path: Path) -> SplitName | None:
    found = [_WORDS[word] for word in _split_words(path.name) if word in _WORDS]
    return found[0] if found else None


def _family(path: Path) -> str:
    """The name without numbers and the word of its split: ``train-00001`` is one of many."""
    words = [word for word in _split_words(path.name) if word not in _WORDS]
    return " ".join(word for word in words if not word.isdigit() and word != "of")


def _split_words(name: str) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]


def _names(there: Sequence[Path], used: set[str]) -> tuple[str, ...]:
    return tuple(one.name for one in there if str(one) not in used)


def _listed(files: Sequence[Path]) -> str:
    more = f" and {len(files) - 6} more" if len(files) > 6 else ""
    return ", ".join(one.name for one in files[:6]) + more


def _absent(path: Path) -> DataError:
    folder = path.parent
    near = [str(folder / one.name) for one in folder.iterdir()] if folder.is_dir() else []
    return DataError(
        "there is no such file or folder",
        place=str(path),
        hint=suggestion(str(path), near) if 0 < len(near) <= 30 else
        "for a data set on the Hub write hub:ID",
    )  # fmt: skip
