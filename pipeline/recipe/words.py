"""What is wrong with a block of a recipe, in a person's words: one sentence a key.

What a key should hold is said from the JSON schema of its field, so that a choice of
types (a number, or the word auto) is one sentence and not one for each type.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from pipeline import components
from pipeline.contracts import Json
from pipeline.errors import Problem
from pipeline.recipe.homes import Homes, right_place
from pipeline.recipe.yaml_places import Path, Places

_TRUTH = {"yes", "no", "on", "off", "true", "false"}
_LONGEST = 60


def build(
    spec: type[BaseModel], value: Any, *, label: str, path: Path, places: Places, homes: Homes
) -> tuple[Any, list[Problem]]:
    """A block, checked.

    Args:
        label: what messages call the block, such as ``train``.
        path: where it stands in the recipe.
        homes: where keys belong that it does not know.

    Returns:
        The instance, or None and what is wrong with the values.
    """
    if not isinstance(value, Mapping):
        message = f"{label}: should be a mapping of keys, found {shown(value)}"
        hint = f"its keys are: {', '.join(spec.model_fields)}"
        return None, [Problem(message, places.of(path), hint)]
    schema = components.schema_of(spec)
    wrong: dict[Path, list[Any]] = {at: [] for at in _misread(value, schema)}
    made = None
    try:
        made = spec.model_validate(value)
    except ValidationError as error:
        for item in error.errors():
            wrong.setdefault(_keys(item, value), []).append(item)
    problems = []
    for at, items in wrong.items():
        if at and any(other[: len(at)] == at and other != at for other in wrong):
            continue  # what is wrong deeper down says it better
        name = ".".join(map(str, (label, *at)))
        message, hint = _say(name, at, items, value, schema, homes)
        problems.append(Problem(message, places.of((*path, *at)), hint))
    return (None if problems else made), problems


def shown(value: Any) -> str:
    """A value as the person wrote it, shortened."""
    if value is None:
        return "nothing"
    if isinstance(value, float) and not math.isfinite(value):
        return "a number that is not finite"
    if value == []:
        return "an empty list"
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]} ..."


def _keys(item: Any, value: Any) -> Path:
    """The keys that lead to an error: its location also names types, which are no keys."""
    keys: list[str | int] = []
    for part in item["loc"]:
        if (isinstance(value, Mapping) and part in value) or (
            isinstance(value, list) and isinstance(part, int) and part < len(value)
        ):
            value = value[part]
            keys.append(part)
    if item["type"] == "missing":
        keys.append(item["loc"][-1])
    return tuple(keys)


def _say(
    name: str,
    keys: Path,
    items: Sequence[Any],
    block: Mapping[str, Any],
    schema: Json,
    homes: Homes,
) -> tuple[str, str]:
    """Message and hint for one key."""
    hint = _described(keys, block, schema)
    kinds = {item["type"] for item in items}
    if "extra_forbidden" in kinds:
        siblings = _siblings(keys, block, schema)
        return f"unknown key '{name}'", right_place(str(keys[-1]), siblings, homes)
    if "missing" in kinds:
        return f"{name} is missing", hint
    said = next((item["msg"] for item in items if item["type"] == "value_error"), None)
    if said is not None:
        return f"{name}: {said.removeprefix('Value error, ')}", hint
    found, here = _at(keys, block, schema)
    return f"{name}: should be {_expected(here or {})}, found {shown(found)}", hint


# ------------------------------------------------------------- reading a JSON schema


def _at(keys: Path, value: Any, schema: Json) -> tuple[Any, Json | None]:
    """What stands at the end of the keys, and what the schema says of it."""
    here: Json | None = schema
    for key in keys:
        here = _below(here or {}, key, value)
        value = value.get(key) if isinstance(value, Mapping) else value[int(key)]
    return value, here


def _described(keys: Path, value: Any, schema: Json) -> str:
    """The description of what stands at the end of the keys, or of what holds it."""
    ends = range(len(keys), 0, -1)
    found = [(_at(keys[:end], value, schema)[1] or {}).get("description", "") for end in ends]
    return next(filter(None, found), "")


def _siblings(keys: Path, value: Any, schema: Json) -> list[str]:
    """The keys that could stand where the last one does."""
    mapping, here = _at(keys[:-1], value, schema)
    return [key for choice in _meant(here or {}, mapping) for key in choice.get("properties", {})]


def _choices(schema: Json) -> list[Json]:
    return [item for item in schema.get("anyOf", [schema]) if item.get("type") != "null"]


def _meant(schema: Json, value: Any) -> list[Json]:
    """The choices without those that are for a mapping of another name."""
    name = value.get("name") if isinstance(value, Mapping) else None
    named = [
        (choice, choice.get("properties", {}).get("name", {}).get("const"))
        for choice in _choices(schema)
    ]
    return [choice for choice, const in named if const in (None, name)]


def _below(schema: Json, key: str | int, value: Any) -> Json | None:
    """What the schema says of an item of a list, or a key of a mapping, in ``value``."""
    for choice in _meant(schema, value):
        if isinstance(key, int):
            firsts = choice.get("prefixItems", [])
            found = firsts[key] if key < len(firsts) else choice.get("items")
        else:
            found = choice.get("properties", {}).get(key, choice.get("additionalProperties"))
        if isinstance(found, dict):
            return found
    return None


def _misread(value: Any, schema: Json) -> Iterator[Path]:
    """Values that would be taken for what they are not: true for 1, '3' for 3, 1 for yes."""
    if isinstance(value, Mapping | list):
        parts = value.items() if isinstance(value, Mapping) else enumerate(value)
        for key, item in parts:
            below = _below(schema, key, value)
            if below is not None:
                yield from ((key, *rest) for rest in _misread(item, below))
    elif value is not None and not any(_fits(value, choice) for choice in _choices(schema)):
        yield ()


def _fits(value: Any, choice: Json) -> bool:
    named = choice.get("enum", [choice["const"]] if "const" in choice else None)
    if named is not None:
        return any(type(value) is type(item) for item in named)
    kind = choice.get("type")
    if kind == "boolean":
        return isinstance(value, bool) or (isinstance(value, str) and value.lower() in _TRUTH)
    if kind in {"integer", "number"}:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and math.isfinite(value)
    return isinstance(value, str) if kind == "string" else False


def _expected(schema: Json) -> str:
    phrases = list(dict.fromkeys(_phrase(choice) for choice in _choices(schema)))
    if len(phrases) < 3:
        return " or ".join(phrases)
    return f"{', '.join(phrases[:-1])} or {phrases[-1]}"


def _phrase(schema: Json) -> str:
    if "enum" in schema or "const" in schema:
        words = [shown(item) for item in schema.get("enum", [schema.get("const")])]
        return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
    match schema.get("type"):
        case "integer":
            return f"a whole number{_bounds(schema)}"
        case "number":
            return f"a number{_bounds(schema)}"
        case "boolean":
            return "true or false"
        case "array":
            firsts = schema.get("prefixItems")
            if firsts:
                return f"a list of {len(firsts)}: {', '.join(_expected(item) for item in firsts)}"
            each = _expected(schema.get("items", {}))
            return "a list of texts" if each == "a text" else f"a list, each item {each}"
        case "object":
            others = schema.get("additionalProperties")
            if isinstance(others, dict):
                return f"a mapping of {_expected(others)} a key"
            return "a mapping of keys"
    return f"a text that matches {schema['pattern']}" if "pattern" in schema else "a text"


def _bounds(schema: Json) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f" from {low:,} to {high:,}"
    parts = [
        f"{word} {schema[key]:,}"
        for key, word in (
            ("minimum", "of at least"),
            ("exclusiveMinimum", "above"),
            ("maximum", "up to"),
            ("exclusiveMaximum", "below"),
        )
        if key in schema
    ]
    return f" {' and '.join(parts)}" if parts else ""
