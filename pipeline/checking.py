"""``graft check``: everything that can be known without loading a model."""

from __future__ import annotations

from pipeline import bases
from pipeline.contracts import Reporter
from pipeline.errors import Problem, UserError
from pipeline.recipe import Recipe


def glance(recipe: Recipe) -> None:
    """Is the base there, do the data files have the columns? Takes no time, reads no row.

    Raises:
        UserError: what is wrong with base and data, all of it.
    """
    from pipeline.data.sources import inspect

    problems: list[Problem] = []
    try:
        if recipe.model.id:
            bases.present(recipe.model.id)
    except UserError as error:
        problems += error.problems
    problems += inspect(recipe.data, recipe.task)
    if problems:
        raise UserError(problems)


def check(recipe: Recipe, *, report: Reporter) -> None:
    """Is the base there, do family and task fit, can the rows be read and split?

    A Hub id is taken at its word: the Hub is asked when the recipe runs.

    Raises:
        UserError: what is wrong with base and data, all of it.
    """
    problems: list[Problem] = []
    for part in (_check_base, _check_data):
        try:
            part(recipe, report)
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(problems)


def _check_base(recipe: Recipe, report: Reporter) -> None:
    report.stage("Base model")
    if recipe.model.new:
        report.note(f"a new {recipe.model.new}; its tokenizer and weights are made by the run")
        return
    if bases.locate(recipe.model.id) == "hub":
        report.note(f"{recipe.model.id} will be fetched from the Hub, or its local cache")
        return
    base = bases.resolve(recipe.model.id, sha256=recipe.model.sha256)
    family = bases.family_of(base, recipe.task)
    as_asked = ", weights as expected" if base.origin == "builtin" or recipe.model.sha256 else ""
    report.note(f"{recipe.model.id}: {family.name}, {base.size_bytes / 1e6:.0f} MB{as_asked}")


def _check_data(recipe: Recipe, report: Reporter) -> None:
    report.stage("Data")
    if recipe.data.hub is not None:
        report.note(f"{recipe.data.hub} will be fetched from the Hub, or its local cache")
        return
    from pipeline.data.sources import load

    splits = load(recipe.data, recipe.task, seed=recipe.seed, report=report)
    recipe = recipe.settled(splits.train)
    labels = recipe.task.labels(splits.train)
    report.table(
        f"{len(labels)} labels: {_shortened(labels)}" if labels else "Rows",
        ("split", "rows"),
        [
            ("train", f"{splits.train.num_rows:,}"),
            ("validation", f"{splits.validation.num_rows:,}"),
            ("test", f"{splits.test.num_rows:,}"),
        ],
    )


def _shortened(labels: tuple[str, ...]) -> str:
    shown = ", ".join(labels[:8])
    return f"{shown}, ..." if len(labels) > 8 else shown
