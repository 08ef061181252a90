"""YAML that means what a person means, and remembers on which line each key stands.

Scalars follow the YAML 1.2 core schema: ``5e-4`` is a number, ``no`` is a word
(and still False where a yes-or-no is asked for), ``0123`` is a number, a date is
a string. Tags, which could name code, are refused; so is a key written twice.
"""

from __future__ import annotations

import math
import re
from typing import Any, ClassVar

import yaml
from yaml.reader import ReaderError

from pipeline.errors import Problem, RecipeError

Path = tuple[str | int, ...]

_HINT = "look at the indentation, the quotes and the colons around here"

_CORE = {
    "null": (r"~|null|Null|NULL|", "~nN"),
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?[0-9][0-9_]*|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (
        r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
}


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.tagged: list[tuple[int, str]] = []

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        # A few aliases of aliases can stand for gigabytes.
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem=f"the alias *{event.anchor} is not allowed: write the value out",
                problem_mark=event.start_mark,  # type: ignore[arg-type]
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.tagged.append((event.start_mark.line + 1, tag))
        return super().compose_node(parent, index)


for _name, (_pattern, _first) in _CORE.items():
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_name}", re.compile(f"^(?:{_pattern})$"), [*_first, ""]
    )


class Places:
    """Where each key of a recipe stands."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._lines: dict[Path, int] = {}
        self._overrides: dict[Path, str] = {}

    def record(self, path: Path, line: int) -> None:
        """Remember the line of a key; where its value begins further down, the key's counts."""
        self._lines.setdefault(path, line)

    def override(self, path: Path, place: str) -> None:
        """Remember that a key, and all below it, was set somewhere else than in the file."""
        depth = len(path)
        self._lines = {at: line for at, line in self._lines.items() if at[:depth] != path}
        self._overrides = {at: old for at, old in self._overrides.items() if at[:depth] != path}
        self._overrides[path] = place

    def line(self, place: str) -> float:
        """The line of a place of this file: what is in no line comes last."""
        number = place.removeprefix(f"{self.file}:")
        return int(number) if number.isdecimal() else math.inf

    def of(self, path: Path) -> str:
        """The place of a key, or of the nearest key above it."""
        for length in range(len(path), 0, -1):
            part = path[:length]
            if part in self._overrides:
                return self._overrides[part]
            if part in self._lines:
                return f"{self.file}:{self._lines[part]}"
        return self.file


def parse(text: str, file: str) -> tuple[Any, Places]:
    """A YAML document as plain values, and the places of its keys.

    Raises:
        RecipeError: not YAML, a tag, an alias, a key written twice.
    """
    places = Places(file)
    problems: list[Problem] = []
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
        tree = None if node is None else _plain(node, (), places, problems)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = error.problem or error.context or "it cannot be read"
        raise RecipeError(
            f"not YAML: {said.removeprefix('but ')}",
            place=f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file,
            hint=_HINT,
        ) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise RecipeError(
            f"not YAML: the character {error.character:#06x} is not allowed",
            place=f"{file}:{line}",
            hint="remove it, or write it as an escape in double quotes",
        ) from None
    except RecursionError:
        raise RecipeError("not YAML: nested too deeply", place=file, hint=_HINT) from None
    problems += [
        Problem(
            f"the tag '{tag.replace('tag:yaml.org,2002:', '!!')}' is not allowed",
            f"{file}:{line}",
            "write the plain value",
        )
        for line, tag in loader.tagged
    ]
    if problems:
        raise RecipeError(sorted(problems, key=lambda problem: places.line(problem.place)))
    return tree, places


def parse_scalar(text: str) -> Any:
    """A value from the command line, read as in a recipe.

    Raises:
        RecipeError: as ``parse``.
    """
    return parse(text, "command line")[0]


def _plain(node: yaml.Node, path: Path, places: Places, problems: list[Problem]) -> Any:
    line = node.start_mark.line + 1
    places.record(path, line)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, places, problems)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, n), places, problems) for n, item in enumerate(node.value)]
    return _scalar(node, places, problems)


def _mapping(
    node: yaml.MappingNode, path: Path, places: Places, problems: list[Problem]
) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        place = f"{places.file}:{line}"
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append(Problem("a key should be a plain word", place))
            continue
        key = key_node.value
        if key in out:
            problems.append(
                Problem(f"the key '{key}' is written twice", place, "keep one of the two")
            )
            continue
        places.record((*path, key), line)
        out[key] = _plain(value_node, (*path, key), places, problems)
    return out


def _scalar(node: yaml.Node, places: Places, problems: list[Problem]) -> Any:
    value: str = node.value
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if kind == "str":
        return value
    if kind == "null":
        return None
    if kind == "bool":
        return value.lower() == "true"
    try:
        return _number(value, kind)
    except ValueError:
        place = f"{places.file}:{node.start_mark.line + 1}"
        problems.append(Problem(f"'{value[:20]}' cannot be read as a number", place))
        return None


def _number(value: str, kind: str) -> int | float | str:
    digits = value.replace("_", "").lower()
    if kind == "int":
        return int(digits, 0) if digits[:2] in {"0o", "0x"} else int(digits)
    if kind == "float":
        return float(digits.replace(".inf", "inf").replace(".nan", "nan"))
    return value
