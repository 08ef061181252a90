"""``graft check``: everything that can be known without loading a model."""

from __future__ import annotations

from pipeline import bases
from pipeline.bases import Base
from pipeline.contracts import Reporter, Silent, Splits
from pipeline.errors import Problem, UserError
from pipeline.recipe import Recipe

_SHOWN_ROWS = 2
_SHOWN_CHARACTERS = 600


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
    base: Base | None = None
    splits: Splits | None = None
    try:
        base = _check_base(recipe, report)
    except UserError as error:
        problems += error.problems
    try:
        splits = _check_data(recipe, report)
    except UserError as error:
        problems += error.problems
    if problems:
        raise UserError(problems)
    if base is not None and splits is not None:
        _show_rows(recipe, base, splits, report)


def _check_base(recipe: Recipe, report: Reporter) -> Base | None:
    """The base, where it lies on this machine."""
    report.stage("Base model")
    if recipe.model.new:
        report.note(f"a new {recipe.model.new}; its tokenizer and weights are made by the run")
        return None
    if bases.locate(recipe.model.id) == "hub":
        report.note(f"{recipe.model.id} will be fetched from the Hub, or its local cache")
        return None
    base = bases.resolve(recipe.model.id, sha256=recipe.model.sha256)
    family = bases.family_of(base, recipe.task)
    as_asked = ", weights as expected" if base.origin == "builtin" or recipe.model.sha256 else ""
    report.note(f"{recipe.model.id}: {family.name}, {base.size_bytes / 1e6:.0f} MB{as_asked}")
    return base


def _check_data(recipe: Recipe, report: Reporter) -> Splits | None:
    """The rows, where they lie on this machine."""
    report.stage("Data")
    if recipe.data.hub is not None:
        report.note(f"{recipe.data.hub} will be fetched from the Hub, or its local cache")
        return None
    from pipeline.data.sources import load

    splits = load(recipe.data, recipe.task, doctor=recipe.doctor, seed=recipe.seed, report=report)
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
    return splits


def _show_rows(recipe: Recipe, base: Base, splits: Splits, report: Reporter) -> None:
    """A few training rows as the model will see them, and what is asked of them there."""
    report.stage("Rows as the model sees them")
    from pipeline.training.model import read_codec

    task = recipe.task
    family = bases.family_of(base, task)
    codec = read_codec(base, family=family, max_length=recipe.train.max_length)
    examples = task.encode(
        splits.train.slice(0, _SHOWN_ROWS),
        task.labels(splits.train),
        codec,
        purpose="learn",
        report=Silent(),
    )
    drawn = task.draw(examples, codec, seed=(recipe.seed, 0))
    for number in range(min(len(drawn), _SHOWN_ROWS)):
        report.note(_without_middle(task.shown(drawn, codec, number)).replace("\n", "\n    "))


def _without_middle(text: str) -> str:
    """A long text's beginning and end: a prompt begins there, and what is asked ends there."""
    if len(text) <= _SHOWN_CHARACTERS:
        return text
    half = _SHOWN_CHARACTERS // 2
    return f"{text[:half]} [...] {text[-half:]}"


def _shortened(labels: tuple[str, ...]) -> str:
    shown = ", ".join(labels[:8])
    return f"{shown}, ..." if len(labels) > 8 else shown
