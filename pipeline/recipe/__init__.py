"""A recipe: what to fine-tune, on what, measured against what.

``load`` reads the YAML, applies overrides from the command line, checks all of it
and reports every problem at once, each with its line. The options of each block
live with the code that uses them: ``DataSpec``, ``DoctorSpec``, ``TrainSpec``, ``EvaluationSpec``
and the fields of the components.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from pipeline import components
from pipeline.contracts import Baseline, Exporter, Json, Strategy, Task
from pipeline.data.doctor.spec import DoctorSpec
from pipeline.data.spec import DataSpec
from pipeline.errors import Problem, RecipeError, nearest, suggestion
from pipeline.evaluation.spec import EvaluationSpec
from pipeline.pushing.spec import HubSpec
from pipeline.recipe.blocks import DEFAULTS, KEYS, ModelSpec, long_form
from pipeline.recipe.checks import check
from pipeline.recipe.homes import homes, right_place
from pipeline.recipe.words import shown
from pipeline.recipe.yaml_places import Places, parse, parse_scalar
from pipeline.training.spec import TrainSpec

if TYPE_CHECKING:
    import pyarrow as pa

_FOLDER = Path("recipes")


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
    doctor: DoctorSpec
    strategy: Strategy
    train: TrainSpec
    baselines: tuple[Baseline, ...]
    evaluation: EvaluationSpec
    export: tuple[Exporter, ...]
    seed: int
    hub: HubSpec | None = None
    seeds: tuple[int, ...] = ()

    @property
    def training_seeds(self) -> tuple[int, ...]:
        """Seeds to train with, the first one's model being the run's; rows are drawn by seed."""
        return self.seeds or (self.seed,)

    @property
    def metric(self) -> str:
        """The metric that the verdict is about."""
        return self.evaluation.metric or self.task.metrics[0]

    @property
    def learning_rate(self) -> float:
        """The peak: what the recipe says, or the strategy's own."""
        asked = self.train.learning_rate
        return self.strategy.learning_rate if asked == "auto" else asked

    def settled(self, train: pa.Table) -> Recipe:
        """The recipe with what the training rows decide of its task.

        Raises:
            RecipeError: the metric that it names does not fit what they hold.
        """
        task, metric = self.task.settled(train), self.evaluation.metric
        if metric is not None and metric not in task.metrics:
            raise RecipeError(
                f"evaluation.metric: {metric} does not fit what the training rows hold",
                hint=suggestion(metric, task.metrics),
            )
        return replace(self, task=task)

    def resolved(self) -> Json:
        """The whole recipe as plain values, defaults included; ``load`` reads it back."""
        return {
            "model": self.model.resolved(),
            "task": _block(self.task),
            "data": self.data.model_dump(mode="json"),
            "doctor": self.doctor.model_dump(mode="json"),
            "strategy": _block(self.strategy),
            "train": self.train.model_dump(mode="json"),
            "baselines": [_block(baseline) for baseline in self.baselines],
            "evaluation": self.evaluation.model_dump(mode="json"),
            "export": [_block(exporter) for exporter in self.export],
            **({"hub": self.hub.model_dump(mode="json")} if self.hub else {}),
            "seed": self.seed,
            "seeds": list(self.seeds),
        }

    def to_yaml(self) -> str:
        """The resolved recipe as YAML, with its description as first line."""
        body = yaml.safe_dump(self.resolved(), sort_keys=False, allow_unicode=True)
        return f"# {self.description}\n{body}" if self.description else body


def _block(component: components.Component) -> Json:
    return {"name": component.name, **component.options()}


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
        found = "an empty file" if tree is None else shown(tree)
        raise RecipeError(
            f"a recipe is a mapping of keys such as model, task and data; found {found}",
            place=f"{path}:1",
            hint="write lines such as 'task: text-classification'",
        )
    problems: list[Problem] = []
    tree = {key: long_form(key, value) for key, value in tree.items()}
    for override in overrides:
        _apply(override, tree, places, problems)
    checked = check(tree, places, problems)
    if problems:
        raise RecipeError(sorted(problems, key=lambda problem: places.line(problem.place)))
    return Recipe(name=_name(path), description=_description(text), **checked)


def describe(path: Path) -> str:
    """The first comment line of a recipe, for lists."""
    return _description(_read(path))


def _name(path: Path) -> str:
    """A recipe is called as its file; the one that a run keeps is called as the run's folder."""
    if path.name == "recipe.yaml" and (path.parent / "lock.json").is_file():
        return path.absolute().parent.parent.name
    return path.stem


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        hint = _did_you_mean(path)
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


def _did_you_mean(path: Path) -> str:
    for folder in (path.parent, _FOLDER):
        files = {file.stem: file for file in folder.glob("*.y*ml")} if folder.is_dir() else {}
        near = nearest(path.stem, files)
        if near:
            return f"did you mean {files[near]}?"
    return "see: graft list"


def _description(text: str) -> str:
    first = text.partition("\n")[0].strip()
    return first.lstrip("#").partition("  Run:")[0].strip() if first.startswith("#") else ""


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
        hint = right_place(path[0], KEYS, homes(tree))
        problems.append(Problem(f"unknown key '{path[0]}'", place, hint))
        return
    try:
        parsed = parse_scalar(value)
    except RecipeError as error:
        problems += [Problem(item.message, place, item.hint) for item in error.problems]
        return
    node = tree
    if len(path) > 1 and tree.get(path[0]) is None and path[0] in DEFAULTS:
        tree[path[0]] = copy.deepcopy(long_form(path[0], DEFAULTS[path[0]]))
    for part in path[:-1]:
        if node.get(part) is None:
            node[part] = {}
        child = node[part]
        if not isinstance(child, dict):
            hint = f"give all of it: {part}=..."
            problems.append(Problem(f"'{part}' holds no keys but {shown(child)}", place, hint))
            return
        node = child
    node[path[-1]] = parsed
    if len(path) == 1:
        tree[path[0]] = long_form(path[0], parsed)
    places.override(path, place)
