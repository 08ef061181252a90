"""What a path or a data set of the Hub holds: where its splits are, and its training rows."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.contracts import Json, Reporter, SplitName
from pipeline.data.spec import TEST_SHARE, DataSpec
from pipeline.proposing import finding, looking
from pipeline.proposing.looking import Seen

_NO_NAMES = frozenset(
    ("data", "dataset", "datasets", "train", "training", "test", "dev", "valid", "validation",
     "val", "rows", "main", "list", "check", "demo", "help", "clean", "bench", "all", "tmp")
)  # fmt: skip
"""Words that say nothing about the data, or that are targets of the Makefile."""


@dataclass(frozen=True)
class Source:
    """The rows that a recipe is proposed for.

    Attributes:
        data: the part of the recipe's ``data`` that says where they are.
        seen: the training rows.
        has: the splits that there are.
        name: what the recipe is called.
        left_out: files of the folder that are not used.
    """

    data: Json
    seen: Seen
    has: Sequence[SplitName]
    name: str
    left_out: Sequence[str] = field(default_factory=tuple)


def of_files(path: Path, *, report: Reporter) -> Source:
    """Look at a file or a folder.

    Raises:
        DataError: nothing is there that could be read.
    """
    found = finding.find(path)
    train = found.splits["train"]
    if isinstance(train, Mapping):
        seen = looking.look_at_lines(train)
        data: Json = {
            split: {name: _written(file) for name, file in files.items()}
            for split, files in found.splits.items()
            if isinstance(files, Mapping)
        }
    else:
        seen = looking.look(train[0], report=report)
        data = {
            split: _written(files[0]) if len(files) == 1 else [_written(one) for one in files]
            for split, files in found.splits.items()
            if not isinstance(files, Mapping)
        }
    return Source(data, seen, tuple(found.splits), name_of(path), found.left_out)


def of_hub(name: str, config: str | None, *, report: Reporter) -> Source:
    """Look at a data set on the Hub.

    Raises:
        HubError: the Hub could not be reached, or has no such data set, or guards it.
        DataError: no such configuration, or no split to learn from.
    """
    from pipeline.data import hub, hub_rows

    loaded, commit = hub.fetch(DataSpec(hub=name, config=config), report)
    there = list(loaded)
    train = "train" if "train" in there else there[0]
    data: Json = {"hub": name}
    data |= {"config": config} if config else {}
    data |= {"revision": commit} if commit else {}
    has: list[SplitName] = ["train"]
    data |= {"train": train} if train != "train" else {}
    left_out = []
    for split in ("validation", "test"):
        if split in there and hub_rows.is_labelled(loaded[split]):
            has.append(split)
        elif split in there:
            left_out.append(f"{split} (its labels are kept secret)")
    if "validation" in has and "test" not in has and "test" in there:
        data["test"] = "validation"
        has[has.index("validation")] = "test"
    elif "test" in there and "test" not in has:
        data["test"] = TEST_SHARE
    table = hub_rows.first_rows(loaded[train], looking.ROWS)
    seen = looking.from_table(table, rows=loaded[train].num_rows, said=("from the Hub",))
    plain = re.sub(r"[^a-z0-9]+", "-", name.rpartition("/")[2].lower()).strip("-")
    return Source(data, seen, tuple(has), plain or "my-data", left_out)


def name_of(path: Path) -> str:
    """What a recipe for this path is called: letters, digits and hyphens."""
    own = path.name.lower().removesuffix(".gz") if path.is_file() else path.name
    own = own.removesuffix(Path(own).suffix) if path.is_file() else own
    for name in (own, path.absolute().parent.name):
        words = re.findall(r"[a-z0-9]+", name.lower())
        while words and words[-1] in _NO_NAMES:
            words.pop()
        while words and words[0] in _NO_NAMES:
            words.pop(0)
        if words:
            return "-".join(words)
    return "my-data"


def _written(path: Path) -> str:
    """A path as it works from here, where ``make`` is run: relative where it was given so."""
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        return str(path.relative_to(Path.cwd()))
    return os.path.normpath(path)
