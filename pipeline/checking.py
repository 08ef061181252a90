"""``graft check``: everything that can be known without loading a model."""

from __future__ import annotations

from pipeline import bases
from pipeline.contracts import Reporter
from pipeline.recipe import Recipe


def check(recipe: Recipe, *, report: Reporter) -> None:
    """Is the base there, do family and task fit, can the rows be read and split?

    A Hub id is taken at its word: the Hub is asked when the recipe runs.

    Raises:
        UserError: what is wrong, all of it.
    """
    report.stage("Base model")
    if bases.locate(recipe.model.id) == "hub":
        report.note(f"{recipe.model.id} will be fetched from the Hub, or its local cache")
    else:
        base = bases.resolve(recipe.model.id, sha256=recipe.model.sha256)
        family = bases.family_of(base, recipe.task)
        report.note(
            f"{recipe.model.id}: {family.name}, {base.size_bytes / 1e6:.0f} MB, weights as expected"
        )
    report.stage("Data")
    if recipe.data.hub is not None:
        report.note(f"{recipe.data.hub} will be fetched from the Hub, or its local cache")
        return
    from pipeline.data.sources import load

    splits = load(recipe.data, recipe.task, seed=recipe.seed, report=report)
    for note in splits.notes:
        report.note(note)
    labels = recipe.task.labels(splits.train)
    report.table(
        f"{len(labels)} labels: {_shortened(labels)}",
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
