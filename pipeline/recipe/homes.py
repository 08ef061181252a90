"""Where a key belongs that stands in the wrong block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline import components
from pipeline.contracts import Json
from pipeline.errors import suggestion
from pipeline.recipe.blocks import COMPONENTS, DEFAULTS, KEYS, SPECS, ModelSpec, long_form

Homes = Mapping[str, list[str]]
"""Key -> each place in a recipe that has it, with dots: ``epochs`` -> ``train.epochs``."""


def homes(tree: Json) -> Homes:
    """Of all blocks, as this recipe has them: options of its own task and strategy alone.

    Args:
        tree: the recipe as plain values, in long form.
    """
    found: dict[str, list[str]] = {key: [key] for key in KEYS}
    for block, keys in _blocks(tree):
        for key in keys:
            found.setdefault(key, []).append(f"{block}.{key}")
    return found


def right_place(key: str, here: Iterable[str], elsewhere: Homes) -> str:
    """What to do about a key that a block does not know.

    Args:
        here: the keys that the block does know.
    """
    places = elsewhere.get(key)
    return f"its place is {' or '.join(places)}" if places else suggestion(key, here)


def _blocks(tree: Json) -> Iterator[tuple[str, Iterable[str]]]:
    for block, spec in SPECS.items():
        keys = set(spec.model_fields)
        yield block, keys - _unused(tree) if spec is ModelSpec else keys
    for block, folder in COMPONENTS.items():
        name = _name(tree.get(block) or long_form(block, DEFAULTS.get(block)))
        if name in components.available(folder):
            yield block, components.load(folder, name).model_fields


def _unused(tree: Json) -> set[str]:
    """Keys of ``model`` that go with the other of its two forms."""
    model = tree.get("model")
    return ModelSpec.unused(new=isinstance(model, Mapping) and bool(model.get("new")))


def _name(block: Any) -> str:
    name = block.get("name") if isinstance(block, Mapping) else None
    return name.replace("_", "-") if isinstance(name, str) else ""
