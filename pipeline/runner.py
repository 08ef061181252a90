"""The story of a run, in order. Read this first.

recipe -> base and rows -> what learns -> contenders fit and answer the same test rows ->
scores, intervals, verdict -> exports, each reloaded and compared -> result, report, card.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import bases, contest, exporting, folding, provenance, resuming, storage
from pipeline.contest import answer_files, facts
from pipeline.contest.assembling import Assembly
from pipeline.contest.lineup import Lineup
from pipeline.contracts import RunResult
from pipeline.errors import Problem, RecipeError
from pipeline.evaluation import oddities, scoring
from pipeline.exporting import keeping
from pipeline.pushing import access
from pipeline.recipe import Recipe
from pipeline.report import publishing
from pipeline.training import processes

if TYPE_CHECKING:
    from accelerate import Accelerator

    from pipeline.contest import Entry
    from pipeline.contracts import Reporter, Splits, Verdict
    from pipeline.data.doctor.findings import Finding
    from pipeline.training.model import Prepared


@dataclass(frozen=True)
class Finished:
    """A run's folder and what stands in its result.json."""

    folder: Path
    result: RunResult


@dataclass(frozen=True)
class _Inputs:
    """What a run is given.

    Attributes:
        recipe: with what it left to the training rows filled in.
        base: None where the training rows are to make one.
        adapter: what the base shall have learnt before the run begins.
        findings: what the doctor says of the rows alone.
    """

    recipe: Recipe
    base: bases.Base | None
    adapter: folding.Adapter | None
    splits: Splits
    findings: Sequence[Finding]


def run(
    recipe: Recipe, *, runs: Path, resume: bool, command: str, report: Reporter
) -> Finished | None:
    """Fine-tune, compare, judge, export, report.

    Args:
        recipe: checked.
        runs: folder of all runs.
        resume: go on with the newest unfinished run of this recipe.
        command: what the person typed, for the record.
        report: where to say what happens.

    Returns:
        None in a process that only helps the first one.

    Raises:
        UserError: something that the person can mend.
        Interrupted: a signal came while training; ``resume`` goes on.
    """
    started = time.perf_counter()
    if recipe.hub and processes.is_main():
        report.stage("The Hub")
        report.note(access.allowed(recipe.hub))
    inputs = _inputs(recipe, report)
    recipe, splits = inputs.recipe, inputs.splits
    folder = _folder(recipe, runs, resume=resume)

    report.stage("Loading libraries")
    processes.load_libraries(report)
    precision = processes.choose_precision(recipe.train.precision)
    accelerator = processes.start(precision=precision, tracker=recipe.train.tracker, folder=folder)
    record = provenance.record(seed=recipe.seed, command=command, precision=precision)
    folder = processes.same_everywhere(accelerator, folder)
    from pipeline.training.contender import FittedModel

    labels = recipe.task.labels(splits.train)
    base = _learnt_base(inputs, labels, folder, accelerator, report)
    keeps_head = folding.keeps_head(inputs.adapter, recipe.task, labels)
    assembly = Assembly(recipe, base, labels, accelerator, precision, resume, keeps_head)
    lineup = Lineup.of(assembly, splits, folder=folder, report=report)
    _refuse_exports(recipe, lineup.ready)
    findings = _told(inputs, lineup.ready, report)
    if not processes.is_main():
        lineup.help()
        return None
    lock = {"base": base.facts(), "data": splits.source, **record}
    if resume:
        resuming.refuse_other_inputs(folder, lock)
    storage.write_text(folder / "recipe.yaml", recipe.to_yaml())
    storage.write_json(folder / "lock.json", lock)

    entries = _contenders(lineup, folder, report)
    model = entries[0].fitted
    assert isinstance(model, FittedModel)  # noqa: S101

    report.stage("Verdict")
    verdict = contest.judge(entries, splits, lineup.work, spec=recipe.evaluation)
    answer_files.write_predictions(entries, splits, lineup.work, folder / "predictions.parquet")
    odd = _oddities(entries, verdict, lineup, report)

    keeping.keep(model, folder)
    exports = exporting.export_all(
        recipe.export,
        model,
        base=base,
        columns=recipe.data.columns,
        rows=splits.test,
        metric=recipe.metric,
        folder=folder,
        report=report,
    )
    record["wall_seconds"] = round(time.perf_counter() - started, 1)
    result = RunResult(
        recipe=recipe.name,
        description=recipe.description,
        task=recipe.task.name,
        status="finished",
        metric=recipe.metric,
        higher_is_better=scoring.higher_is_better(recipe.metric),
        test_rows=splits.test.num_rows,
        contenders=[item.result for item in entries],
        verdict=verdict,
        exports=[item.result for item in exports],
        data=facts.of_data(lineup, model, findings, odd),
        model=facts.of_model(recipe, base, model),
        provenance=record,
    )
    publishing.publish(folder, result, {item.result.name: item.snippet for item in exports})
    storage.point_latest(folder)
    return Finished(folder, result)


def _inputs(recipe: Recipe, report: Reporter) -> _Inputs:
    """Base, rows, and what the doctor says of these, before any library is loaded.

    What is missing or wrong is then known within a second or two.
    """
    from pipeline.data.doctor.examination import examine
    from pipeline.data.doctor.rows import Rows
    from pipeline.data.sources import load as load_data

    report.stage("Base model and data")
    model = recipe.model
    base = adapter = None
    if not model.new:
        base = bases.resolve(model.id, revision=model.revision, sha256=model.sha256, report=report)
        if model.adapter is not None:
            adapter = folding.find(model.adapter, base, report)
    splits = load_data(
        recipe.data, recipe.task, doctor=recipe.doctor, seed=recipe.seed, report=report
    )
    recipe = recipe.settled(splits.train)
    report.note(
        f"{splits.train.num_rows:,} training, {splits.validation.num_rows:,} validation and"
        f" {splits.test.num_rows:,} test rows"
    )
    findings = examine(Rows.of(splits, recipe.task), recipe.doctor, report=report)
    for note in oddities.too_few(splits.test.num_rows, confidence=recipe.evaluation.confidence):
        report.warn(note)
    return _Inputs(recipe, base, adapter, splits, findings)


def _folder(recipe: Recipe, runs: Path, *, resume: bool) -> Path:
    """The run's; another process than the first one is told it later."""
    if not processes.is_main():
        return runs
    return resuming.unfinished(recipe, runs) if resume else storage.create_run(runs, recipe.name)


def _learnt_base(
    inputs: _Inputs,
    labels: tuple[str, ...],
    folder: Path,
    accelerator: Accelerator,
    report: Reporter,
) -> bases.Base:
    """What training begins from: the base, with its adapter folded in, or weights at random.

    The first process makes what has to be made, the others wait for the files.
    """
    recipe = inputs.recipe
    if inputs.base is None:
        from pipeline import creating

        texts = recipe.task.texts(inputs.splits.train)
        with accelerator.main_process_first():
            return creating.create(recipe.model, texts, seed=recipe.seed, run=folder, report=report)
    if inputs.adapter is None:
        return inputs.base
    with accelerator.main_process_first():
        return folding.fold(
            inputs.adapter, inputs.base, task=recipe.task, labels=labels, run=folder, report=report
        )


def _told(inputs: _Inputs, ready: Prepared, report: Reporter) -> list[Finding]:
    """All that the doctor has found, now that the tokenizer is known too."""
    from pipeline.data.doctor.examination import examine
    from pipeline.data.doctor.findings import tell
    from pipeline.data.doctor.rows import Rows

    rows = Rows.of(inputs.splits, inputs.recipe.task, ready.codec)
    findings = [*inputs.findings, *examine(rows, inputs.recipe.doctor, report=report)]
    tell(findings, len(rows), report, notes=False)
    return findings


def _contenders(lineup: Lineup, folder: Path, report: Reporter) -> list[Entry]:
    """Fit and answer; the fine-tuned model is trained last and stands first."""
    recipe = lineup.assembly.recipe
    entries = []
    for baseline in recipe.baselines:
        report.stage(f"Baseline {baseline.called}")
        keep = folder / contest.BASELINES / baseline.called
        entries.append(lineup.baseline(baseline, keep=keep))
    new = recipe.model.new
    doing = f"Training a new {new}" if new else f"Fine-tuning {recipe.model.id}"
    report.stage(f"{doing} with {recipe.strategy.name}")
    return [lineup.enter(), *entries]


def _oddities(
    entries: Sequence[Entry], verdict: Verdict | None, lineup: Lineup, report: Reporter
) -> list[str]:
    """What is odd about the answers of the two that the verdict compares.

    Other baselines may be constant by design, which needs no word.
    """
    two = (verdict.fine_tuned, verdict.best_baseline) if verdict else ()
    compared = [entry for entry in entries if entry.result.name in two]
    odd = contest.oddities(compared, lineup.splits, lineup.work)
    for note in odd:
        report.warn(note)
    return odd


def _refuse_exports(recipe: Recipe, ready: Prepared) -> None:
    problems = [
        Problem(f"export: {exporter.name}: {reason}")
        for exporter in recipe.export
        for reason in exporter.problems(ready.model, family=ready.family, task=recipe.task)
    ]
    if problems:
        raise RecipeError(problems)
