"""The blocks of a recipe: which there are, what checks each, and their short forms."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline import components
from pipeline.components import Folder
from pipeline.contracts import Json
from pipeline.data.doctor.spec import DoctorSpec
from pipeline.data.spec import DataSpec
from pipeline.errors import suggestion
from pipeline.evaluation.spec import EvaluationSpec
from pipeline.pushing.spec import HubSpec
from pipeline.tokenisers import TokeniserSpec
from pipeline.training.spec import TrainSpec

LARGEST_SEED = 2**32 - 1
"""What all of the generators that are seeded take."""


class ModelSpec(BaseModel):
    """The recipe's ``model`` block; a plain string is its ``id``. Else ``new`` names a family."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field("", description="Hub id, folder on this machine, or builtin:NAME.")
    revision: str | None = Field(None, description="Commit, tag or branch on the Hub.")
    sha256: str | None = Field(
        None, pattern="^[0-9a-f]{64}$", description="Refuse other weights than these."
    )
    adapter: str | None = Field(
        None,
        min_length=1,
        description="Adapter to begin with, folded into the base: owner/name[@revision] on the"
        " Hub, or a folder.",
    )
    new: str | None = Field(
        None, description="Family of a network that starts from nothing, such as gpt2."
    )
    layers: int = Field(4, ge=1, le=200, description="Blocks of a new network, of each side.")
    hidden: int = Field(256, ge=8, le=16_384, description="Width of a new network.")
    heads: int = Field(4, ge=1, le=256, description="Attention heads of a new network.")
    inner: int | None = Field(
        None, ge=8, description="Width of its feed-forward layers; unset: four times hidden."
    )
    positions: int = Field(
        512, ge=8, le=1_000_000, description="Longest input of a new network, in tokens."
    )
    tokenizer: TokeniserSpec | str = Field(
        TokeniserSpec(),
        description="Tokenizer of a new network: trained on the training texts, or a base's.",
    )

    @model_validator(mode="after")
    def _old_or_new(self) -> ModelSpec:
        given = self.model_fields_set
        if bool(self.id) == (self.new is not None):
            raise ValueError(
                "give one of the two: id (a Hub id, a folder or builtin:NAME), or new (a family)"
            )
        for key in sorted(self.unused(new=bool(self.new)) & given):
            if getattr(self, key) is not None:
                raise ValueError(f"{key} goes with {'id' if self.new else 'new'}")
        if self.new is None:
            return self
        families = components.available("models")
        if self.new.replace("_", "-") not in families:
            raise ValueError(
                f"there is no model family '{self.new}': {suggestion(self.new, families)}"
            )
        if self.hidden % self.heads:
            raise ValueError(f"hidden ({self.hidden}) is to be a multiple of heads ({self.heads})")
        return self

    def resolved(self) -> Json:
        """As plain values, defaults included; of the two forms, the one that it has."""
        return self.model_dump(mode="json", exclude=self.unused(new=bool(self.new)))

    @staticmethod
    def unused(*, new: bool) -> set[str]:
        """Keys that go with the other of the two forms."""
        return _OF_OLD if new else _OF_NEW


_OF_OLD = {"id", "revision", "sha256", "adapter"}
_OF_NEW = {"new", "layers", "hidden", "heads", "inner", "positions", "tokenizer"}

KEYS = (
    "model", "task", "data", "doctor", "strategy", "train", "baselines", "evaluation", "export",
    "hub", "seed", "seeds",
)  # fmt: skip
REQUIRED = ("model", "task", "data")
SPECS: dict[str, type[BaseModel]] = {
    "model": ModelSpec,
    "data": DataSpec,
    "doctor": DoctorSpec,
    "train": TrainSpec,
    "evaluation": EvaluationSpec,
    "hub": HubSpec,
}
COMPONENTS: dict[str, Folder] = {"task": "tasks", "strategy": "strategies"}
LISTS: dict[str, Folder] = {"baselines": "baselines", "export": "exporters"}
DEFAULTS: Json = {
    "doctor": {},
    "strategy": "lora",
    "train": {},
    "baselines": [],  # the task's usual ones
    "evaluation": {},
    "export": [],
    "seed": 0,
    "seeds": [],  # the one above
}


def long_form(key: str, value: Any) -> Any:
    """``task: x`` -> ``task: {name: x}``, and likewise for all short forms."""
    if key == "model" and isinstance(value, str):
        return {"id": value}
    if key == "hub" and isinstance(value, str):
        return {"repo": value}
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


_SEED = {"type": "integer", "minimum": 0, "maximum": LARGEST_SEED}


def schema() -> Json:
    """The JSON schema of a recipe, for editors; names in their usual spelling."""
    properties: Json = {
        "model": {"anyOf": [{"type": "string", "minLength": 1}, _block(ModelSpec)]},
        "hub": {"anyOf": [{"type": "string", "minLength": 1}, _block(HubSpec)]},
        "seed": {**_SEED, "default": 0, "description": "What draws rows, and trains."},
        "seeds": {
            "type": "array",
            "items": _SEED,
            "uniqueItems": True,
            "default": [],
            "description": "Train once with each of these instead; the first one's is exported.",
        },
    }
    for key in SPECS.keys() - {"model"}:
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
    found: Json = _with_words(components.schema_of(spec))
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
