"""YAML that means what a person means, and remembers on which line each key stands.

Scalars follow the YAML 1.2 core schema: ``5e-4`` is a number, ``no`` is a word
(and still False where a yes-or-no is asked for), ``0123`` is a number, a date is
a string. Tags, which could name code, are refused; so is a key written twice.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

import yaml

from pipeline.errors import Problem, RecipeError

Path = tuple[str | int, ...]

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

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        # A few aliases of aliases can stand for gigabytes.
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not allowed", problem_mark=mark)
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
        """Remember the line of a key."""
        self._lines[path] = line

    def override(self, path: Path, place: str) -> None:
        """Remember that a key was set somewhere else than in the file."""
        self._overrides[path] = place

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
        node = yaml.compose(text, Loader=_Loader)
        tree = None if node is None else _plain(node, (), places, problems)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        raise RecipeError(
            f"not YAML: {error.problem or error.context}",
            place=place,
            hint="look at the indentation, the quotes and the colons around here",
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        first = str(error).partition("\n")[0]
        raise RecipeError(f"not YAML: {first}", place=file) from None
    if problems:
        raise RecipeError(problems)
    return tree, places


def parse_scalar(text: str) -> Any:
    """A value from the command line, read as in a recipe."""
    node = yaml.compose(text, Loader=_Loader)
    return None if node is None else _plain(node, (), Places(""), [])


def _plain(node: yaml.Node, path: Path, places: Places, problems: list[Problem]) -> Any:
    line = node.start_mark.line + 1
    if path not in places._lines:
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
    digits = value.replace("_", "").lower()
    if kind == "int":
        return int(digits, 0) if digits[:2] in {"0o", "0x"} else int(digits)
    if kind == "float":
        return float(digits.replace(".inf", "inf").replace(".nan", "nan"))
    problems.append(
        Problem(
            f"the tag '{node.tag}' is not allowed",
            f"{places.file}:{node.start_mark.line + 1}",
            "write the plain value",
        )
    )
    return None
