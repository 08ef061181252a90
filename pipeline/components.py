"""From a name in a recipe to a file in a folder to a class.

The name is the file's name: ``strategy: lora`` is ``pipeline/strategies/lora.py``
and in it the class ``Lora``; ``text-classification`` is ``text_classification.py``
and ``TextClassification``. Nothing is registered and no list is kept. A file whose
name starts with ``_`` is a helper, not a choice.

The typed fields of a component are the schema of its block in the recipe, so a
component file imports nothing heavy at its top: a recipe is checked without torch.
"""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from pipeline.errors import RecipeError, suggestion

Folder = Literal[
    "tasks",
    "strategies",
    "baselines",
    "exporters",
    "models",
    "models/builtin",
    "data/builtin",
]

_ROOT = Path(__file__).parent
_SINGULAR = {
    "tasks": "task",
    "strategies": "strategy",
    "baselines": "baseline",
    "exporters": "exporter",
    "models": "model family",
    "models/builtin": "built-in base model",
    "data/builtin": "built-in data set",
}


class Component(BaseModel):
    """Base of everything a recipe can name; its fields are its options."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    name: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        stem = cls.__module__.rpartition(".")[2]
        cls.name = stem.replace("_", "-")

    @property
    def called(self) -> str:
        """What tables and folders call it: its name, where a recipe says nothing else."""
        return self.name

    def options(self) -> dict[str, Any]:
        """The options in use, defaults included, as plain values."""
        return self.model_dump(mode="json", by_alias=True)

    @classmethod
    def summary(cls) -> str:
        """The first line of the class's docstring."""
        return (cls.__doc__ or "").strip().partition("\n")[0]


@cache
def available(folder: Folder) -> tuple[str, ...]:
    """Names that a recipe can use for this folder, sorted; nothing is imported."""
    files = (_ROOT / folder).glob("*.py")
    return tuple(sorted(file.stem.replace("_", "-") for file in files if file.stem[0] != "_"))


def load(folder: Folder, name: str) -> type[Any]:
    """The class behind a name.

    Raises:
        RecipeError: no such file; the nearest name is suggested.
    """
    key = name.replace("_", "-")
    if key not in available(folder):
        raise RecipeError(
            f"there is no {_SINGULAR[folder]} '{name}'", hint=suggestion(name, available(folder))
        )
    stem = key.replace("-", "_")
    module = importlib.import_module(f"pipeline.{folder.replace('/', '.')}.{stem}")
    found: type[Any] = getattr(module, class_name(key))
    return found


def forms(folder: Folder) -> list[dict[str, Any]]:
    """JSON schemas of what a recipe can write: a name alone, then each name with its options."""
    names = available(folder)
    return [{"enum": list(names)}, *(_with_options(folder, name) for name in names)]


def _with_options(folder: Folder, name: str) -> dict[str, Any]:
    form: dict[str, Any] = schema_of(load(folder, name))
    form["properties"] = {"name": {"const": name}, **form.get("properties", {})}
    form["required"] = ["name", *form.get("required", [])]
    return form


def class_name(name: str) -> str:
    """``text-classification`` -> ``TextClassification``."""
    return "".join(part.capitalize() for part in name.replace("_", "-").split("-"))


def schema_of(spec: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a block, whole: without references to a root that it has not."""
    schema = spec.model_json_schema()
    found: dict[str, Any] = _inlined(schema, schema.pop("$defs", {}))
    return found


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        found = definitions[node["$ref"].rpartition("/")[2]]
        rest = {key: item for key, item in node.items() if key != "$ref"}
        return _inlined({**found, **rest}, definitions)
    return {key: _inlined(item, definitions) for key, item in node.items()}
