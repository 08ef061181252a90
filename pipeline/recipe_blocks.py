"""The blocks of a recipe: which there are, what checks each, and their short forms."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from pipeline import components
from pipeline.components import Folder
from pipeline.contracts import Json
from pipeline.data.spec import DataSpec
from pipeline.evaluation.spec import EvaluationSpec
from pipeline.training.spec import TrainSpec

LARGEST_SEED = 2**32 - 1
"""What all of the generators that are seeded take."""


class ModelSpec(BaseModel):
    """The recipe's ``model`` block; a plain string is its ``id``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1, description="Hub id, folder on this machine, or builtin:NAME.")
    revision: str | None = Field(None, description="Commit, tag or branch on the Hub.")
    sha256: str | None = Field(
        None, pattern="^[0-9a-f]{64}$", description="Refuse other weights than these."
    )


KEYS = ("model", "task", "data", "strategy", "train", "baselines", "evaluation", "export", "seed")
REQUIRED = ("model", "task", "data")
SPECS: dict[str, type[BaseModel]] = {
    "model": ModelSpec,
    "data": DataSpec,
    "train": TrainSpec,
    "evaluation": EvaluationSpec,
}
COMPONENTS: dict[str, Folder] = {"task": "tasks", "strategy": "strategies"}
LISTS: dict[str, Folder] = {"baselines": "baselines", "export": "exporters"}
DEFAULTS: Json = {
    "strategy": "lora",
    "train": {},
    "baselines": ["majority", "tfidf", "ngram"],
    "evaluation": {},
    "export": [],
    "seed": 0,
}


def long_form(key: str, value: Any) -> Any:
    """``task: x`` -> ``task: {name: x}``, and likewise for all short forms."""
    if key == "model" and isinstance(value, str):
        return {"id": value}
    if key in COMPONENTS and isinstance(value, str):
        return {"name": value}
    if key == "data" and isinstance(value, dict) and isinstance(value.get("builtin"), str):
        return {**value, "builtin": {"name": value["builtin"]}}
    if key in LISTS:
        if isinstance(value, str):
            value = [value]
        if isinstance(value, list):
            return [{"name": item} if isinstance(item, str) else item for item in value]
    return value


# -------------------------------------------------------------------- for editors


def schema() -> Json:
    """The JSON schema of a recipe, for editors; names in their usual spelling."""
    properties: Json = {
        "model": {"anyOf": [{"type": "string", "minLength": 1}, _block(ModelSpec)]},
        "seed": {"type": "integer", "minimum": 0, "maximum": LARGEST_SEED, "default": 0},
    }
    for key in ("data", "train", "evaluation"):
        properties[key] = _block(SPECS[key])
    for key, folder in COMPONENTS.items():
        properties[key] = {"anyOf": _with_words(components.forms(folder))}
    for key, folder in LISTS.items():
        forms = _with_words(components.forms(folder))
        properties[key] = {"anyOf": [forms[0], {"type": "array", "items": {"anyOf": forms}}]}
    for key in set(KEYS) - set(REQUIRED):
        properties[key] = {"anyOf": [properties[key], {"type": "null"}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Graft recipe",
        "type": "object",
        "additionalProperties": False,
        "required": list(REQUIRED),
        "properties": {key: properties[key] for key in KEYS},
    }


def _block(spec: type[BaseModel]) -> Json:
    found: Json = _with_words(spec.model_json_schema())
    return found


def _with_words(node: Any) -> Any:
    """``yes`` and ``no`` are truth values too where one is asked for."""
    if isinstance(node, list):
        return [_with_words(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("type") == "boolean":
        words = {"enum": ["yes", "no", "on", "off"]}
        rest = {key: item for key, item in node.items() if key != "type"}
        return {"anyOf": [{"type": "boolean"}, words], **rest}
    return {key: _with_words(item) for key, item in node.items()}
