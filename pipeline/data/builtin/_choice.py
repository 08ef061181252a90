"""How a recipe names a built-in data set: by its name, or by a mapping of a name and options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, GetJsonSchemaHandler, PlainSerializer

from pipeline import components
from pipeline.contracts import Json
from pipeline.data.builtin._data_set import BuiltinData
from pipeline.errors import RecipeError


def _made(value: object) -> object:
    """From a name, or a mapping of a name and options, to the data set."""
    if isinstance(value, str):
        value = {"name": value}
    if not isinstance(value, Mapping):
        return value
    if not isinstance(value.get("name"), str):
        raise ValueError("should be a name, or a mapping with a key 'name'")
    try:
        found = components.load("data/builtin", value["name"])
    except RecipeError as error:
        problem = error.problems[0]
        raise ValueError(f"{problem.message}: {problem.hint}") from None
    return found.model_validate({key: item for key, item in value.items() if key != "name"})


def _written(dataset: BuiltinData) -> Json:
    return {"name": dataset.name, **dataset.options()}


class _Forms:
    """The JSON schema of a built-in data set: made when it is asked for, since it loads all."""

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> Json:
        del core, handler
        return {"anyOf": components.forms("data/builtin")}


Builtin = Annotated[BuiltinData, BeforeValidator(_made), PlainSerializer(_written), _Forms()]
