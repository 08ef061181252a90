"""``graft export``: more exports of a run that has finished.

The model comes back from the base and from what the run kept, the test rows from the recipe;
each export is proven as it would have been at the end of the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import bases, components, creating, exporting, storage
from pipeline import recipe as recipes
from pipeline.contracts import ExportResult, Json, Reporter, RunResult
from pipeline.errors import DataError, ModelError, Problem, RecipeError
from pipeline.exporting import keeping
from pipeline.report import publishing, run_files

if TYPE_CHECKING:
    import pyarrow as pa

    from pipeline.bases import Base
    from pipeline.recipe import Recipe


def export(run: Path, exporters: Sequence[str], *, report: Reporter) -> list[ExportResult]:
    """Export a finished run, prove it, and bring result, report and cards up to date.

    An export that is there already is made anew; it stays as it is where the new one fails.

    Args:
        run: the run's folder.
        exporters: names, or blocks as a recipe has them: ``{name: merged, dtype: bfloat16}``.

    Returns:
        What became of each.

    Raises:
        ModelError: no finished run, another base than it had, nothing kept.
        DataError: the test rows are others now, or are not there.
        RecipeError: there is no such exporter, or the model cannot be exported so.
    """
    result, recipe = _finished(run, exporters)
    report.stage("Base model and data")
    base = _base(run, recipe, report)
    rows = _test_rows(recipe, result, report)
    report.stage("Loading the model")
    model = keeping.recall(run, recipe, base)
    family = bases.family_of(base, model.task)
    problems = [
        Problem(f"{exporter.name}: {reason}")
        for exporter in recipe.export
        for reason in exporter.problems(model.model, family=family, task=model.task)
    ]
    if problems:
        raise RecipeError(problems)
    done = exporting.export_all(
        recipe.export,
        model,
        base=base,
        columns=recipe.data.columns,
        rows=rows,
        metric=result.metric,
        folder=run,
        report=report,
    )
    known = {item.name: item for item in result.exports}
    for item in done:
        before = known.get(item.result.name)
        if item.result.proved or before is None or not before.proved:
            known[item.result.name] = item.result
    outline = exporting.outline(model, base, recipe.data.columns)
    snippets = {
        name: components.load("exporters", name)().snippet(outline)
        for name, item in known.items()
        if item.proved
    }
    publishing.publish(run, replace(result, exports=list(known.values())), snippets)
    return [item.result for item in done]


def _finished(run: Path, exporters: Sequence[str]) -> tuple[RunResult, Recipe]:
    """The run's result, and its recipe with these exporters in the place of its own."""
    if not storage.is_finished(run):
        latest = run / "latest"
        raise ModelError(
            "there is no finished run in this folder",
            place=str(run),
            hint=f"did you mean {latest}?"
            if latest.is_dir()
            else "name a run's folder, such as runs/demo/latest",
        )
    result = run_files.read(run).result
    wanted = f"export=[{', '.join(exporters)}]"
    return result, recipes.load(run.resolve() / "recipe.yaml", [wanted])


def _base(run: Path, recipe: Recipe, report: Reporter) -> Base:
    locked = storage.read_json(run / "lock.json")["base"]
    if recipe.model.new:
        base = creating.create(recipe.model, (), seed=recipe.seed, run=run, report=report)
    elif recipe.model.adapter:
        base = _folded(run, locked)
    else:
        base = bases.resolve(recipe.model.id, revision=locked["revision"], report=report)
    if base.sha256 != locked["sha256"]:
        raise ModelError(
            "the weights of this base are others than those the run began with",
            place=recipe.model.id,
            hint="bring the old ones back, or run the recipe again",
        )
    return base


def _folded(run: Path, locked: Json) -> Base:
    """The base that a run began with after it had folded an adapter in; the run kept it."""
    folder = run / bases.MADE
    if not folder.is_dir():
        raise ModelError(
            "the base that this run folded its adapter into is not there any more",
            place=str(folder),
            hint="bring the folder back, or run the recipe again",
        )
    found = bases.resolve(str(folder))
    return replace(found, name=locked["name"], origin="folded", made_of=locked["made_of"])


def _test_rows(recipe: Recipe, result: RunResult, report: Reporter) -> pa.Table:
    from pipeline.data.sources import load

    splits = load(recipe.data, recipe.task, seed=recipe.seed, report=report)
    if splits.fingerprints["test"] != result.data["fingerprints"]["test"]:
        raise DataError(
            "the test rows are others than those the run was scored on",
            hint="bring the old files back: exports are proven on the same rows",
        )
    return splits.test
