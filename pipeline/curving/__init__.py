"""``graft curve``: how many labels is the transfer worth?

The fine-tuned model and every baseline learn from more and more of the same training rows, each
set lying within the next, and answer the same test rows. Validation rows are the same at every
size: fewer of them would change what is chosen, on both sides.

A point is kept as soon as it is done, so that an interrupted curve goes on where it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import bases, contest, provenance, storage
from pipeline.contest import answer_files
from pipeline.contest.assembling import Assembly
from pipeline.contest.lineup import Lineup
from pipeline.curving import plan
from pipeline.errors import UserError
from pipeline.evaluation import crossing, scoring
from pipeline.training import processes

if TYPE_CHECKING:
    from pipeline.contest import Entry
    from pipeline.contracts import ContenderResult, Json, Reporter, Splits, Verdict
    from pipeline.recipe import Recipe
    from pipeline.training.probe import Seen

CURVE_VERSION = 1


@dataclass(frozen=True)
class Point:
    """All contenders after learning from so many rows."""

    rows: int
    contenders: Sequence[ContenderResult]
    verdict: Verdict


@dataclass(frozen=True)
class Curve:
    """``curve.json``.

    Attributes:
        rows: what each split holds; ``train`` is all rows that there are to learn from.
        crossing: where the transfer stops to pay, and the sentence that says so.
    """

    recipe: str
    description: str
    task: str
    metric: str
    title: str
    higher_is_better: bool
    rows: Json
    points: Sequence[Point]
    crossing: crossing.Crossing
    provenance: Json
    version: int = CURVE_VERSION


def curve(
    recipe: Recipe, *, sizes: Sequence[int] | None, runs: Path, command: str, report: Reporter
) -> tuple[Path, Curve]:
    """Train at every size, judge, and find where the curves cross.

    Args:
        recipe: checked; what it says of ``per_class`` and ``limit`` is left aside.
        sizes: numbers of training rows; None: doubled from 16 or from the number of classes.
        runs: folder of all runs.
        command: what the person typed, for the record.
        report: where to say what happens.

    Returns:
        The folder of the curve, and what stands in its ``curve.json``.

    Raises:
        UserError: something that the person can mend.
        Interrupted: a signal came while training; the same command goes on.
    """
    started = time.perf_counter()
    if not processes.is_alone():
        raise UserError("a curve is drawn by one process", hint="start it without torchrun")
    if recipe.model.adapter is not None:
        raise UserError(
            "a curve begins from a base alone, and this recipe names model.adapter",
            hint="merge the adapter into a base first: export=[merged] of its run, then model: that"
            " folder",
        )
    recipe = plan.with_all_rows(recipe)
    report.stage("Base model and data")
    base = _base(recipe, report)
    from pipeline.data.sources import load as load_data
    from pipeline.data.sources import roles_of
    from pipeline.data.splitting import nested

    splits = load_data(
        recipe.data, recipe.task, doctor=recipe.doctor, seed=recipe.seed, report=report
    )
    recipe = recipe.settled(splits.train)
    labels = recipe.task.labels(splits.train)
    sizes = plan.checked_sizes(sizes, most=splits.train.num_rows, least=max(1, len(labels)))
    pool = nested(splits.train, roles=roles_of(recipe.task, splits.train), seed=recipe.seed)
    report.note(f"training rows: {', '.join(f'{size:,}' for size in sizes)}")
    report.note(
        f"{splits.validation.num_rows:,} validation and {splits.test.num_rows:,} test rows at"
        " every size"
    )
    folder = plan.folder_of(recipe, {"base": base.facts(), "data": splits.source}, runs, report)

    report.stage("Loading libraries")
    processes.load_libraries(report)
    precision = processes.choose_precision(recipe.train.precision)
    accelerator = processes.start(precision=precision, tracker="none", folder=folder)
    record = provenance.record(seed=recipe.seed, command=command, precision=precision)
    assembly = Assembly(recipe, base, labels, accelerator, precision, resume=True)
    seen: dict[int, Seen] = {}
    points = []
    for number, size in enumerate(sizes, start=1):
        report.stage(f"{size:,} training rows ({number} of {len(sizes)})")
        point = _point(assembly, replace(splits, train=pool.slice(0, size)), folder, seen, report)
        report.note(point.verdict.sentence)
        points.append(point)
    record["wall_seconds"] = round(time.perf_counter() - started, 1)
    found = Curve(
        recipe=recipe.name,
        description=recipe.description,
        task=recipe.task.name,
        metric=recipe.metric,
        title=scoring.load(recipe.metric).title,
        higher_is_better=scoring.higher_is_better(recipe.metric),
        rows={
            "train": splits.train.num_rows,
            "validation": splits.validation.num_rows,
            "test": splits.test.num_rows,
        },
        points=points,
        crossing=crossing.find(
            [_advantage(point, recipe.metric) for point in points],
            unit="labels" if labels else "rows",
        ),
        provenance=record,
    )
    _publish(folder, found)
    return folder, found


def _base(recipe: Recipe, report: Reporter) -> bases.Base:
    model = recipe.model
    if model.new:
        raise UserError(
            f"a new {model.new} transfers nothing, so there is no curve to draw",
            hint="name a base that has learnt something: model=builtin:minilm",
        )
    return bases.resolve(model.id, revision=model.revision, sha256=model.sha256, report=report)


def _point(
    assembly: Assembly,
    splits: Splits,
    folder: Path,
    seen: dict[int, Seen],
    report: Reporter,
) -> Point:
    """Every contender at one size; those that were kept are read back."""
    recipe, size = assembly.recipe, splits.train.num_rows
    at = folder / "points" / str(size)
    at.mkdir(parents=True, exist_ok=True)
    lineup = Lineup.of(assembly, splits, folder=at, report=report, seen=seen)

    def kept(name: str, enter: Callable[[], Entry]) -> Entry:
        place = at / name
        if not answer_files.is_kept(place):
            report.note(name)
            answer_files.keep(enter(), place)
        return answer_files.kept(place)

    # Baselines first: the features that some of them read are those of the untrained base.
    entries = [
        kept(baseline.called, partial(lineup.baseline, baseline)) for baseline in recipe.baselines
    ]
    ours = kept(lineup.fine_tuned.name, lineup.enter)
    entries.insert(0, ours)
    verdict = contest.judge(entries, splits, lineup.work, spec=recipe.evaluation)
    assert verdict is not None  # noqa: S101
    return Point(size, [entry.result for entry in entries], verdict)


def _advantage(point: Point, metric: str) -> crossing.Advantage:
    sign = 1 if scoring.higher_is_better(metric) else -1
    return crossing.Advantage(point.rows, sign * point.verdict.difference, point.verdict.worth_it)


def _publish(folder: Path, found: Curve) -> None:
    """The drawing and the page first: ``curve.json`` says that the curve is done."""
    from pipeline.report import curve_page

    facts = asdict(found)
    storage.write_text(folder / "curve.svg", curve_page.drawing(facts))
    storage.write_text(folder / "curve.html", curve_page.render(facts))
    storage.write_json(folder / "curve.json", facts)
