"""As much of JSON Schema as the recipe's schema uses; what it does not know, it refuses."""

from __future__ import annotations

import re
from typing import Any

_SAID_ONLY = {"title", "description", "default", "$schema"}
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
}


def accepts(schema: dict[str, Any], value: Any) -> bool:
    """Whether a value is as the schema says."""
    return all(
        _holds(word, given, value, schema)
        for word, given in schema.items()
        if word not in _SAID_ONLY
    )


def _holds(word: str, given: Any, value: Any, schema: dict[str, Any]) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match word:
        case "anyOf":
            return any(accepts(choice, value) for choice in given)
        case "enum":
            return any(type(item) is type(value) and item == value for item in given)
        case "const":
            return type(given) is type(value) and given == value
        case "type" if given in {"number", "integer"}:
            return number and (given == "number" or value == int(value))
        case "type":
            return isinstance(value, _TYPES[given])
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            low, strict = "inimum" in word, word.startswith("exclusive")
            return not number or (not strict if value == given else (value > given) is low)
        case "minLength":
            return not isinstance(value, str) or len(value) >= given
        case "pattern":
            return not isinstance(value, str) or re.search(given, value) is not None
        case "minItems":
            return not isinstance(value, list) or len(value) >= given
        case "maxItems":
            return not isinstance(value, list) or len(value) <= given
        case "uniqueItems":
            return not isinstance(value, list) or all(value.count(item) == 1 for item in value)
        case "minProperties":
            return not isinstance(value, dict) or len(value) >= given
        case "items":
            return not isinstance(value, list) or all(accepts(given, item) for item in value)
        case "prefixItems":
            return not isinstance(value, list) or all(
                accepts(one, item) for one, item in zip(given, value, strict=False)
            )
        case "required":
            return not isinstance(value, dict) or set(given) <= set(value)
        case "properties":
            return not isinstance(value, dict) or all(
                accepts(given[key], item) for key, item in value.items() if key in given
            )
        case "additionalProperties":
            others = (
                set(value) - set(schema.get("properties", {})) if isinstance(value, dict) else ()
            )
            return all(accepts(given, value[key]) if given else False for key in others)
    raise NotImplementedError(word)
