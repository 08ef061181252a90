"""What a published page must not tell: where files lie on the machine that ran."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from pipeline.contracts import SPLITS, Json

_ABSOLUTE = re.compile(
    r"""(?<![\w:/\\.])                 # not inside a URL or a fraction
        (?:file://)?
        (?:~[\\/]|\.{1,2}[\\/]|[A-Za-z]:[\\/]|/|\\\\)
        (?:[^\s\\/:*?"'<>|,;()\[\]]+[\\/])*
        ([^\s\\/:*?"'<>|,;()\[\]]+)[\\/]?""",
    re.VERBOSE,
)


def last_part(path: str) -> str:
    """Name of a file or folder, without where it lies."""
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1]


def is_path(text: str) -> bool:
    """Whether a whole value is a path that leads out of the folder it is read in."""
    return bool(re.match(r"(?:file://|~|\.{1,2}[\\/]|[A-Za-z]:[\\/]|/|\\\\)", text))


def without_folders(text: str, known: Iterable[str] = ()) -> str:
    """A sentence in which every path is reduced to its name.

    Args:
        text: anything that people will read.
        known: paths that may stand in it, spaces and all.
    """
    for path in sorted(known, key=len, reverse=True):
        text = text.replace(path, last_part(path))
    return _ABSOLUTE.sub(r"\1", text)


def paths_in(value: Any) -> list[str]:
    """All values that are paths, at any depth."""
    if isinstance(value, dict):
        return [path for each in value.values() for path in paths_in(each)]
    if isinstance(value, list):
        return [path for each in value for path in paths_in(each)]
    return [value] if isinstance(value, str) and is_path(value) else []


def publishable(recipe: Json, *, hub_model: bool) -> Json:
    """A recipe with names in place of paths.

    Args:
        recipe: as ``recipe.yaml`` reads.
        hub_model: its ``model`` is an id on the Hub, in which a slash is no folder.
    """
    cleaned = _changed(recipe, lambda text: last_part(text) if is_path(text) else text)
    data = cleaned.get("data")
    if isinstance(data, dict) and not data.get("hub"):
        cleaned["data"] = {
            key: _changed(value, last_part) if key in SPLITS else value
            for key, value in data.items()
        }
    if not hub_model and "model" in cleaned:
        cleaned["model"] = _changed(cleaned["model"], last_part)
    return cleaned


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    """The same with every text in it changed, at any depth."""
    if isinstance(value, dict):
        return {key: _changed(each, change) for key, each in value.items()}
    if isinstance(value, list):
        return [_changed(each, change) for each in value]
    return change(value) if isinstance(value, str) else value
