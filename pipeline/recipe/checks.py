"""Is a recipe right? Block by block, then whether the parts fit each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import components
from pipeline.components import Folder
from pipeline.contracts import Json, Task
from pipeline.errors import Problem, RecipeError, suggestion
from pipeline.recipe.blocks import (
    COMPONENTS,
    DEFAULTS,
    KEYS,
    LARGEST_SEED,
    LISTS,
    REQUIRED,
    SPECS,
    long_form,
)
from pipeline.recipe.homes import Homes, homes, right_place
from pipeline.recipe.words import build, shown
from pipeline.recipe.yaml_places import Path, Places

_ANOTHER_NAME = ", or call one otherwise: {name: ..., as: another-name, ...}"

_COLUMNS = ("row_id", "text", "gold")
"""Of predictions.parquet, beside one for each contender."""

_NAMES_COLUMNS = {
    "columns": "ours: theirs",
    **dict.fromkeys(("train", "validation", "test"), "ours: file"),
}
"""Keys of ``data`` that hold a mapping of the task's columns, and how one is written there."""


def check(tree: Json, places: Places, problems: list[Problem]) -> Json:
    """Every block of a recipe, made; what is wrong is added to ``problems``.

    Args:
        tree: the recipe as plain values, in long form.

    Returns:
        Key -> what it stands for; None, or nothing at all, for what is wrong.
    """
    checking = _Checking(places, problems, homes(tree))
    checking.keys(tree)
    full = {
        key: tree[key] if tree.get(key) is not None else long_form(key, DEFAULTS.get(key))
        for key in KEYS
    }
    out: Json = {}
    for key, spec in SPECS.items():
        if full[key] is not None:
            out[key] = checking.block(spec, full[key], key, (key,))
    for key, folder in COMPONENTS.items():
        if full[key] is not None:
            out[key] = checking.component(folder, full[key], key, (key,))
    if tree.get("baselines") is None:
        columns = out["data"].named_columns if out.get("data") else ()
        usual = out["task"].usual_baselines(columns) if out.get("task") else ()
        full["baselines"] = long_form("baselines", list(usual))
    for key, folder in LISTS.items():
        out[key] = checking.several(folder, full[key], key)
    out["seed"] = checking.seed(full["seed"], ("seed",))
    out["seeds"] = checking.seeds(full["seeds"])
    checking.base(out.get("model"))
    if out.get("task"):
        checking.fit(out["task"], out)
        checking.columns(out["task"], full["data"])
    checking.pushed(out.get("hub"), out["export"])
    return out


@dataclass(frozen=True)
class _Checking:
    """What each check needs: the places of the keys, where problems go, where keys belong."""

    places: Places
    problems: list[Problem]
    homes: Homes

    def wrong(self, path: Path, message: str, hint: str = "") -> None:
        self.problems.append(Problem(message, self.places.of(path), hint))

    def keys(self, tree: Json) -> None:
        for key in tree:
            if key not in KEYS:
                self.wrong((key,), f"unknown key '{key}'", right_place(key, KEYS, self.homes))
        for key in REQUIRED:
            if tree.get(key) is None:
                self.wrong((key,), f"the key '{key}' is missing", f"add a line '{key}: ...'")

    def block(self, spec: type[Any], value: Any, label: str, path: Path) -> Any:
        known = {} if path[0] in LISTS else self.homes  # options of components, each its own
        made, found = build(spec, value, label=label, path=path, places=self.places, homes=known)
        self.problems.extend(found)
        return made

    def component(self, folder: Folder, value: Any, label: str, path: Path) -> Any:
        if not isinstance(value, Mapping) or not isinstance(value.get("name"), str):
            self.wrong(
                path,
                f"{label}: should be a name, or a mapping with a key 'name', found {shown(value)}",
                suggestion("", components.available(folder)),
            )
            return None
        name = value["name"]
        try:
            found = components.load(folder, name)
        except RecipeError as error:
            first = error.problems[0]
            self.wrong((*path, "name"), f"{label}: {first.message}", first.hint)
            return None
        options = {key: item for key, item in value.items() if key != "name"}
        return self.block(found, options, label, path)

    def several(self, folder: Folder, value: Any, key: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            message = f"{key}: should be a list of names, found {shown(value)}"
            self.wrong((key,), message, suggestion("", components.available(folder)))
            return ()
        made = []
        seen: set[str] = set()
        for number, item in enumerate(value):
            one = self.component(folder, item, _label(key, item), (key, number))
            made.append(one)
            if one is not None and one.called in seen:
                hint = f"keep one{_ANOTHER_NAME if key == 'baselines' else ''}"
                self.wrong((key, number), f"{key}: '{one.called}' is listed twice", hint)
            if one is not None:
                seen.add(one.called)
        return tuple(made)

    def seed(self, value: Any, path: Path) -> Any:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not 0 <= value <= LARGEST_SEED:
            message = f"a whole number from 0 to {LARGEST_SEED:,}, found {shown(value)}"
            self.wrong(path, f"{path[0]}: should be {message}")
        return value

    def seeds(self, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            message = f"seeds: should be a list of seeds to train with, found {shown(value)}"
            self.wrong(("seeds",), message, "such as seeds: [0, 1, 2]; seed: 0 is for a single one")
            return ()
        for number, item in enumerate(value):
            self.seed(item, ("seeds", number))
            if item in value[:number]:
                message = f"seeds: {shown(item)} is listed twice"
                self.wrong(("seeds", number), message, "keep one: it would train the same again")
        return tuple(value)

    def base(self, model: Any) -> None:
        if model is None or not model.id.startswith("builtin:"):
            return
        name = model.id.removeprefix("builtin:")
        known = components.available("models/builtin")
        if name not in known:
            message = f"model: there is no built-in base model '{name}'"
            self.wrong(("model", "id"), message, suggestion(name, known))

    def fit(self, task: Task, out: Json) -> None:
        """Do the parts fit the task, and each other?"""
        evaluation, strategy = out.get("evaluation"), out.get("strategy")
        if evaluation and evaluation.metric not in (None, *task.metrics):
            self.wrong(
                ("evaluation", "metric"),
                f"evaluation.metric: {task.name} has no metric '{evaluation.metric}'",
                suggestion(str(evaluation.metric), task.metrics),
            )
        if out.get("train") and out["train"].oversample != "none" and not task.has_one_class:
            self.wrong(
                ("train", "oversample"),
                f"train.oversample: the rows of {task.problem} have no one class that could be"
                " evened out",
                "leave it out; it goes with text-classification of one label a row",
            )
        for number, baseline in enumerate(out["baselines"]):
            if baseline is not None and task.problem not in baseline.tasks:
                self.wrong(
                    ("baselines", number),
                    f"baselines: {baseline.name} cannot answer {task.problem}",
                    f"these can: {', '.join(_able(task)) or 'none yet; give baselines: []'}",
                )
            taken = (*_COLUMNS, strategy.name) if strategy else _COLUMNS
            if baseline is not None and baseline.called in taken:
                message = f"baselines: '{baseline.called}' is a column of predictions.parquet"
                self.wrong(("baselines", number, "as"), message, "choose another name")
        for number, exporter in enumerate(out["export"]):
            if strategy and exporter and exporter.needs_adapter and not strategy.adds_adapter:
                self.wrong(
                    ("export", number),
                    f"export: {exporter.name} needs an adapter, and the strategy {strategy.name}"
                    " adds none",
                    "it trains the base itself: use export: [merged]",
                )

    def pushed(self, hub: Any, exports: tuple[Any, ...]) -> None:
        """What is to go to the Hub must be exported."""
        names = [exporter.name for exporter in exports if exporter is not None]
        if hub is None or None in exports:
            return
        if not names:
            self.wrong(
                ("hub",), "hub: there is nothing to push: the recipe exports nothing",
                "add a line such as: export: [merged]",
            )  # fmt: skip
        elif hub.export not in (None, *names):
            message = f"hub.export: the recipe does not export '{hub.export}'"
            self.wrong(("hub", "export"), message, suggestion(hub.export, names))

    def columns(self, task: Task, data: Any) -> None:
        """As written: whatever else is wrong with the block, its columns are looked at too.

        They are named under ``columns``, and where each has a text file of its own.
        """
        block = data if isinstance(data, Mapping) else {}
        for key, write in _NAMES_COLUMNS.items():
            named = block.get(key)
            for ours in named if isinstance(named, Mapping) else ():
                if ours not in task.columns:
                    self.wrong(
                        ("data", key, ours),
                        f"data.{key}: {task.name} has no column '{ours}'",
                        f"{suggestion(ours, task.columns)}; write {write}",
                    )


def _label(key: str, item: Any) -> str:
    """What messages call an item of a list: its place says which one it is."""
    named = isinstance(item, Mapping) and len(item) > 1 and isinstance(item.get("name"), str)
    return f"{key}.{item['name']}" if named else key


def _able(task: Task) -> list[str]:
    """Names of the baselines that can answer a task."""
    names = components.available("baselines")
    return [name for name in names if task.problem in components.load("baselines", name).tasks]
