"""A recipe: what to fine-tune, on what, measured against what.

``load`` reads the YAML, applies overrides from the command line, checks all of it
and reports every problem at once, each with its line. The options of each block
live with the code that uses them: ``DataSpec``, ``TrainSpec``, ``EvaluationSpec``
and the fields of the components.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline import components
from pipeline.components import Folder
from pipeline.contracts import Baseline, Exporter, Json, Strategy, Task
from pipeline.data.spec import DataSpec
from pipeline.errors import Problem, RecipeError, nearest, suggestion
from pipeline.evaluation.spec import EvaluationSpec
from pipeline.training.spec import TrainSpec
from pipeline.yaml_places import Path as KeyPath
from pipeline.yaml_places import Places, parse, parse_scalar


class ModelSpec(BaseModel):
    """The recipe's ``model`` block; a plain string is its ``id``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1, description="Hub id, folder on this machine, or builtin:NAME.")
    revision: str | None = Field(None, description="Commit, tag or branch on the Hub.")
    sha256: str | None = Field(
        None, pattern="^[0-9a-f]{64}$", description="Refuse other weights than these."
    )


@dataclass(frozen=True)
class Recipe:
    """A checked recipe. No part of the program below the runner sees the whole of it.

    Attributes:
        name: the file's name without its ending.
        description: the first comment line of the file.
    """

    name: str
    description: str
    model: ModelSpec
    task: Task
    data: DataSpec
    strategy: Strategy
    train: TrainSpec
    baselines: tuple[Baseline, ...]
    evaluation: EvaluationSpec
    export: tuple[Exporter, ...]
    seed: int

    @property
    def metric(self) -> str:
        """The metric that the verdict is about."""
        return self.evaluation.metric or self.task.metrics[0]

    def resolved(self) -> Json:
        """The whole recipe as plain values, defaults included; ``load`` reads it back."""
        return {
            "model": self.model.model_dump(mode="json"),
            "task": _block(self.task),
            "data": self.data.model_dump(mode="json"),
            "strategy": _block(self.strategy),
            "train": self.train.model_dump(mode="json"),
            "baselines": [_block(baseline) for baseline in self.baselines],
            "evaluation": self.evaluation.model_dump(mode="json"),
            "export": [_block(exporter) for exporter in self.export],
            "seed": self.seed,
        }

    def to_yaml(self) -> str:
        """The resolved recipe as YAML, with its description as first line."""
        body = yaml.safe_dump(self.resolved(), sort_keys=False, allow_unicode=True)
        return f"# {self.description}\n{body}" if self.description else body


def _block(component: components.Component) -> Json:
    return {"name": component.name, **component.options()}


_COMPONENTS: dict[str, Folder] = {"task": "tasks", "strategy": "strategies"}
_LISTS: dict[str, Folder] = {"baselines": "baselines", "export": "exporters"}
_SPECS: dict[str, type[BaseModel]] = {
    "model": ModelSpec,
    "data": DataSpec,
    "train": TrainSpec,
    "evaluation": EvaluationSpec,
}
_DEFAULTS: Json = {
    "strategy": "lora",
    "train": {},
    "baselines": ["majority", "tfidf", "ngram"],
    "evaluation": {},
    "export": [],
    "seed": 0,
}
KEYS = ("model", "task", "data", "strategy", "train", "baselines", "evaluation", "export", "seed")


def load(path: Path, overrides: Sequence[str] = ()) -> Recipe:
    """Read, override and check a recipe.

    Args:
        path: the YAML file.
        overrides: ``key.path=value`` each, the value in YAML.

    Raises:
        RecipeError: everything that is wrong, each with its place.
    """
    text = _read(path)
    tree, places = parse(text, str(path))
    if not isinstance(tree, dict):
        raise RecipeError(
            "a recipe is a mapping of keys such as model, task and data", place=f"{path}:1"
        )
    problems: list[Problem] = []
    tree = {key: _long_form(key, value) for key, value in tree.items()}
    for override in overrides:
        _apply(override, tree, places, problems)
    checked = _check(tree, places, problems)
    if problems:
        raise RecipeError(problems)
    return Recipe(
        name=path.parent.parent.name if path.name == "recipe.yaml" else path.stem,
        description=_description(text),
        **checked,
    )


def describe(path: Path) -> str:
    """The first comment line of a recipe, for lists."""
    return _description(_read(path))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        beside = [file.stem for file in path.parent.glob("*.yaml")] if path.parent.is_dir() else []
        near = nearest(path.stem, beside)
        hint = f"did you mean {path.with_name(near + '.yaml')}?" if near else "see: graft list"
        raise RecipeError("there is no such recipe", place=str(path), hint=hint) from None
    except IsADirectoryError:
        raise RecipeError("this is a folder, not a recipe", place=str(path)) from None
    except UnicodeDecodeError as error:
        raise RecipeError(
            f"not UTF-8 text: byte {error.start} is {error.object[error.start]:#04x}",
            place=str(path),
            hint="save the recipe as UTF-8",
        ) from None
    except OSError as error:
        raise RecipeError(f"cannot be read: {error.strerror}", place=str(path)) from None


def _description(text: str) -> str:
    first = text.partition("\n")[0].strip()
    return first.lstrip("#").partition("  Run:")[0].strip() if first.startswith("#") else ""


def _long_form(key: str, value: Any) -> Any:
    """``task: x`` -> ``task: {name: x}``, and likewise for all short forms."""
    if key == "model" and isinstance(value, str):
        return {"id": value}
    if key in _COMPONENTS and isinstance(value, str):
        return {"name": value}
    if key in _LISTS:
        if isinstance(value, str):
            value = [value]
        if isinstance(value, list):
            return [{"name": item} if isinstance(item, str) else item for item in value]
    return value


def _apply(override: str, tree: Json, places: Places, problems: list[Problem]) -> None:
    key, equals, value = override.partition("=")
    place = f"command line: {override}"
    path = tuple(key.strip().split("."))
    if not equals or not all(path):
        problems.append(
            Problem("an override is written key.path=value", place, "such as train.epochs=1")
        )
        return
    if path[0] not in KEYS:
        problems.append(Problem(f"unknown key '{path[0]}'", place, suggestion(path[0], KEYS)))
        return
    try:
        parsed = parse_scalar(value)
    except yaml.YAMLError:
        problems.append(Problem("the value is not YAML", place, "quote it as in a recipe"))
        return
    node = tree
    if len(path) > 1 and path[0] not in tree and path[0] in _DEFAULTS:
        tree[path[0]] = copy.deepcopy(_long_form(path[0], _DEFAULTS[path[0]]))
    for part in path[:-1]:
        child = node.setdefault(part, {})
        if not isinstance(child, dict):
            problems.append(Problem(f"'{part}' has no keys inside", place))
            return
        node = child
    node[path[-1]] = parsed
    if len(path) == 1:
        tree[path[0]] = _long_form(path[0], parsed)
    places.override(path, place)


def _check(tree: Json, places: Places, problems: list[Problem]) -> Json:
    """Every block of the recipe as its object; problems are appended, not raised."""
    for key in tree:
        if key not in KEYS:
            near = suggestion(str(key), KEYS)
            problems.append(Problem(f"unknown key '{key}'", places.of((key,)), near))
    problems += [
        Problem(f"the key '{key}' is missing", places.file, f"add a line '{key}: ...'")
        for key in ("model", "task", "data")
        if tree.get(key) is None
    ]
    full = {
        key: tree[key] if tree.get(key) is not None else _long_form(key, default)
        for key, default in {**dict.fromkeys(KEYS), **_DEFAULTS}.items()
    }
    out: Json = {}
    for key, spec in _SPECS.items():
        if full[key] is not None:
            out[key] = _build(spec, full[key], (key,), places, problems)
    for key, folder in _COMPONENTS.items():
        if full[key] is not None:
            out[key] = _component(folder, full[key], (key,), places, problems)
    for key, folder in _LISTS.items():
        out[key] = _component_list(folder, full[key], key, places, problems)
    out["seed"] = full["seed"]
    if not isinstance(full["seed"], int) or isinstance(full["seed"], bool) or full["seed"] < 0:
        problems.append(
            Problem(
                f"seed: should be a whole number from 0 on, found {full['seed']!r}",
                places.of(("seed",)),
            )
        )
    _check_builtin_names(out, places, problems)
    if out.get("task"):
        _check_fit(out, places, problems)
    return out


def _build(
    spec: type[BaseModel], value: Any, path: KeyPath, places: Places, problems: list[Problem]
) -> Any:
    if not isinstance(value, Mapping):
        problems.append(
            Problem(
                f"{_dotted(path)}: should be a mapping of keys, found {value!r}",
                places.of(path),
                f"its keys are: {', '.join(spec.model_fields)}",
            )
        )
        return None
    try:
        return spec.model_validate(value)
    except ValidationError as error:
        problems += [_problem(item, spec, path, places) for item in error.errors()]
        return None


def _component(
    folder: Folder, value: Any, path: KeyPath, places: Places, problems: list[Problem]
) -> Any:
    names = components.available(folder)
    if not isinstance(value, Mapping) or not isinstance(value.get("name"), str):
        problems.append(
            Problem(
                f"{_dotted(path)}: should be a name, or a mapping with a key 'name',"
                f" found {value!r}",
                places.of(path),
                suggestion("", names),
            )
        )
        return None
    name = value["name"]
    try:
        found = components.load(folder, name)
    except RecipeError as error:
        first = error.problems[0]
        place = places.of((*path, "name"))
        problems.append(Problem(f"{_dotted(path)}: {first.message}", place, first.hint))
        return None
    options = {key: item for key, item in value.items() if key != "name"}
    return _build(found, options, path, places, problems)


def _component_list(
    folder: Folder, value: Any, key: str, places: Places, problems: list[Problem]
) -> tuple[Any, ...]:
    if not isinstance(value, list):
        problems.append(
            Problem(
                f"{key}: should be a list of names, found {value!r}",
                places.of((key,)),
                suggestion("", components.available(folder)),
            )
        )
        return ()
    made = [_component(folder, item, (key, n), places, problems) for n, item in enumerate(value)]
    names = [item.name for item in made if item is not None]
    problems += [
        Problem(f"{key}: '{name}' is listed twice", places.of((key,)))
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    return tuple(made)


def _check_builtin_names(out: Json, places: Places, problems: list[Problem]) -> None:
    model, data = out.get("model"), out.get("data")
    if model is not None and model.id.startswith("builtin:"):
        name = model.id.removeprefix("builtin:")
        known = components.available("models/builtin")
        if name not in known:
            problems.append(
                Problem(
                    f"model: there is no built-in base model '{name}'",
                    places.of(("model", "id")),
                    suggestion(name, known),
                )
            )
    if data is not None and data.builtin is not None:
        known = components.available("data/builtin")
        if data.builtin.replace("_", "-") not in known:
            problems.append(
                Problem(
                    f"data.builtin: there is no built-in data set '{data.builtin}'",
                    places.of(("data", "builtin")),
                    suggestion(data.builtin, known),
                )
            )


def _check_fit(out: Json, places: Places, problems: list[Problem]) -> None:
    """Do the parts fit the task?"""
    task: Task = out["task"]
    evaluation, data = out.get("evaluation"), out.get("data")
    if evaluation is not None and evaluation.metric not in (None, *task.metrics):
        problems.append(
            Problem(
                f"evaluation.metric: {task.name} has no metric '{evaluation.metric}'",
                places.of(("evaluation", "metric")),
                suggestion(str(evaluation.metric), task.metrics),
            )
        )
    for n, baseline in enumerate(out["baselines"]):
        if baseline is not None and task.name not in baseline.tasks:
            problems.append(
                Problem(
                    f"baselines: {baseline.name} cannot answer {task.name}",
                    places.of(("baselines", n)),
                    f"it answers: {', '.join(sorted(baseline.tasks))}",
                )
            )
    strategy = out.get("strategy")
    problems += [
        Problem(
            f"export: {exporter.name} needs an adapter, and the strategy {strategy.name} adds none",
            places.of(("export", n)),
            "it trains the base itself: use export: [merged]",
        )
        for n, exporter in enumerate(out["export"])
        if strategy and exporter and exporter.needs_adapter and not strategy.adds_adapter
    ]
    if data is not None:
        problems += [
            Problem(
                f"data.columns: {task.name} has no column '{ours}'",
                places.of(("data", "columns", ours)),
                suggestion(ours, task.columns) + "; write ours: theirs",
            )
            for ours in data.columns
            if ours not in task.columns
        ]


def _dotted(path: KeyPath) -> str:
    return ".".join(str(part) for part in path)


_WORDS = {"Input should be": "should be", "Value error, ": "", "Field required": "is missing"}


def _problem(item: Any, spec: type[BaseModel], path: KeyPath, places: Places) -> Problem:
    """A pydantic error in the words of a recipe."""
    # Union members appear in the location ('learning_rate', 'float'): keep only real keys.
    location = [part for part in item["loc"] if isinstance(part, int) or not part.startswith("lit")]
    keys: list[Any] = list(path)
    for part in location:
        if part in {"float", "int", "str", "bool", "constrained-str"} or "[" in str(part):
            continue
        keys.append(part)
    full = tuple(keys)
    if item["type"] == "extra_forbidden":
        return Problem(
            f"unknown key '{_dotted(full)}'",
            places.of(full),
            suggestion(str(keys[-1]), spec.model_fields),
        )
    message = item["msg"]
    for old, new in _WORDS.items():
        message = message.replace(old, new)
    found = "" if item["type"] in {"missing", "value_error"} else f", found {item['input']!r}"
    described = spec.model_fields.get(str(keys[len(path)])) if len(keys) > len(path) else None
    hint = (described.description or "") if described else ""
    separator = " " if message.startswith("is ") else ": "
    return Problem(f"{_dotted(full)}{separator}{message}{found}", places.of(full), hint)


def schema() -> Json:
    """The JSON schema of a recipe, for editors."""
    properties: Json = {
        "model": {"anyOf": [{"type": "string"}, ModelSpec.model_json_schema()]},
        "seed": {"type": "integer", "minimum": 0, "default": 0},
    }
    for key, spec in _SPECS.items():
        properties.setdefault(key, spec.model_json_schema())
    for key, folder in _COMPONENTS.items():
        properties[key] = _component_schema(folder)
    for key, folder in _LISTS.items():
        properties[key] = {"type": "array", "items": _component_schema(folder)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Graft recipe",
        "type": "object",
        "additionalProperties": False,
        "required": ["model", "task", "data"],
        "properties": {key: properties[key] for key in KEYS},
    }


def _component_schema(folder: Folder) -> Json:
    names = list(components.available(folder))
    forms: list[Json] = [{"enum": names}]
    for name in names:
        form = components.load(folder, name).model_json_schema()
        form["properties"] = {"name": {"const": name}, **form.get("properties", {})}
        form["required"] = ["name", *form.get("required", [])]
        forms.append(form)
    return {"anyOf": forms}
