"""The story of a run, in order. Read this first.

recipe -> base and rows -> what learns -> contenders fit and answer the same test rows ->
scores, intervals, verdict -> exports, each reloaded and compared -> result, report, card.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import bases, contest, exporting, folding, provenance, resuming, storage
from pipeline.contest import answer_files
from pipeline.contest.assembling import Assembly
from pipeline.contest.seeding import Entering
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

    from pipeline.contracts import Json, Reporter, Splits, Work
    from pipeline.training.contender import FineTuned, FittedModel
    from pipeline.training.model import Prepared


@dataclass(frozen=True)
class Finished:
    """A run's folder and what stands in its result.json."""

    folder: Path
    result: RunResult


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
    # Before the libraries: what is missing or wrong is then known within a second or two.
    report.stage("Base model and data")
    known = None if recipe.model.new else _base(recipe, report)
    learnt = _adapter(recipe, known, report)
    from pipeline.data.doctor.examination import examine
    from pipeline.data.doctor.findings import record as record_findings
    from pipeline.data.doctor.findings import tell
    from pipeline.data.doctor.rows import Rows
    from pipeline.data.sources import load as load_data

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
    folder = runs
    if processes.is_main():
        folder = (
            resuming.unfinished(recipe, runs) if resume else storage.create_run(runs, recipe.name)
        )

    report.stage("Loading libraries")
    load_libraries(report)
    precision = processes.choose_precision(recipe.train.precision)
    accelerator = processes.start(precision=precision, tracker=recipe.train.tracker, folder=folder)
    record = provenance.record(seed=recipe.seed, command=command, precision=precision)

    folder = processes.same_everywhere(accelerator, folder)
    labels = recipe.task.labels(splits.train)
    base = known or _new_base(recipe, splits, folder, accelerator, report)
    if learnt is not None:
        with accelerator.main_process_first():
            base = folding.fold(
                learnt, base, task=recipe.task, labels=labels, run=folder, report=report
            )
    from pipeline.training.contender import FittedModel

    assembly = Assembly(
        recipe,
        base,
        labels,
        accelerator,
        precision,
        resume,
        keeps_head=folding.keeps_head(learnt, recipe.task, labels),
    )
    seeds = recipe.training_seeds
    ready = assembly.prepared(seeds[0])
    _refuse_exports(recipe, ready)
    rows = Rows.of(splits, recipe.task, ready.codec)
    findings += examine(rows, recipe.doctor, report=report)
    tell(findings, len(rows), report, notes=False)
    fine_tuned = assembly.fine_tuned(ready, run=folder)
    work = assembly.work(
        fine_tuned, train=splits.train, validation=splits.validation, report=report
    )
    entering = Entering(seeds, folder, work, splits, recipe.evaluation)

    def of_seed(seed: int, run: Path) -> FineTuned:
        again = ready if seed == seeds[0] else assembly.prepared(seed)
        return assembly.fine_tuned(again, run=run)

    if not processes.is_main():
        for seed, run in entering.unfinished(fine_tuned.name):
            _help(of_seed(seed, run), replace(work, seed=seed), splits)
        return None
    lock = {"base": base.facts(), "data": splits.source, **record}
    if resume:
        resuming.refuse_other_inputs(folder, lock)
    storage.write_text(folder / "recipe.yaml", recipe.to_yaml())
    storage.write_json(folder / "lock.json", lock)

    entries = []
    for baseline in recipe.baselines:
        called = baseline.called
        report.stage(f"Baseline {called}")
        keep = folder / contest.BASELINES / called
        entries.append(entering.baseline(baseline, base_bytes=base.size_bytes, keep=keep))
    report.stage(f"{_doing(recipe)} with {recipe.strategy.name}")
    entry = entering.each_seed(fine_tuned.name, of_seed, base_bytes=base.size_bytes)
    entries.insert(0, entry)
    model = entry.fitted
    assert isinstance(model, FittedModel)  # noqa: S101

    report.stage("Verdict")
    verdict = contest.judge(entries, splits, work, spec=recipe.evaluation)
    answer_files.write_predictions(entries, splits, work, folder / "predictions.parquet")
    # Baselines that are constant by design need no word, unless nothing was better.
    compared = [each for each in entries if verdict and each.result.name
                in (verdict.fine_tuned, verdict.best_baseline)]  # fmt: skip
    odd = contest.oddities(compared, splits, work)
    for note in odd:
        report.warn(note)
    data_facts = _data_facts(splits, work, model, odd)
    data_facts["doctor"] = record_findings(findings, recipe.doctor)
    data_facts["notes"] += [str(item) for item in findings if item.severity != "note"]

    keeping.keep(model, folder)
    exports = exporting.export_all(
        recipe.export,
        model,
        base=base,
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
        data=data_facts,
        model=_model_facts(recipe, base, model),
        provenance=record,
    )
    publishing.publish(folder, result, {item.result.name: item.snippet for item in exports})
    storage.point_latest(folder)
    return Finished(folder, result)


def _base(recipe: Recipe, report: Reporter) -> bases.Base:
    model = recipe.model
    return bases.resolve(model.id, revision=model.revision, sha256=model.sha256, report=report)


def _adapter(recipe: Recipe, base: bases.Base | None, report: Reporter) -> folding.Adapter | None:
    """What the base shall have learnt before the run begins."""
    if recipe.model.adapter is None or base is None:
        return None
    return folding.find(recipe.model.adapter, base, report)


def _new_base(
    recipe: Recipe, splits: Splits, folder: Path, accelerator: Accelerator, report: Reporter
) -> bases.Base:
    """Weights drawn at random; the first process draws them, the others wait for the files."""
    from pipeline import creating

    texts = recipe.task.texts(splits.train)
    with accelerator.main_process_first():
        return creating.create(recipe.model, texts, seed=recipe.seed, run=folder, report=report)


def _doing(recipe: Recipe) -> str:
    new = recipe.model.new
    return f"Training a new {new}" if new else f"Fine-tuning {recipe.model.id}"


def load_libraries(report: Reporter) -> None:
    """Import what takes seconds, so that no contender's clock counts it."""
    with report.progress("torch, transformers, peft, scikit-learn", 4) as advance:
        import torch  # noqa: F401

        advance(1)
        import transformers.modeling_utils  # noqa: F401

        advance(1)
        import peft  # noqa: F401

        advance(1)
        import evaluate  # noqa: F401
        import sklearn.linear_model  # noqa: F401

        advance(1)


def _refuse_exports(recipe: Recipe, ready: Prepared) -> None:
    problems = [
        Problem(f"export: {exporter.name}: {reason}")
        for exporter in recipe.export
        for reason in exporter.problems(ready.model, family=ready.family, task=recipe.task)
    ]
    if problems:
        raise RecipeError(problems)


def _help(fine_tuned: FineTuned, work: Work, splits: Splits) -> None:
    """The part of a run in which all processes work together."""
    fitted = fine_tuned.fit(work)
    fitted.predict(splits.validation, work.report)
    fitted.predict(splits.test, work.report)


def _model_facts(recipe: Recipe, base: bases.Base, model: FittedModel) -> Json:
    return {
        "base": base.facts()["name"],
        "base_hub_id": base.hub_id,
        **({"made_of": base.made_of} if base.made_of else {}),
        "revision": base.revision,
        "sha256": base.sha256,
        "license": base.license,
        "family": base.model_type,
        "strategy": {"name": recipe.strategy.name, **recipe.strategy.options()},
        "parts": model.parts,
        "pipeline_tag": recipe.task.pipeline_tag,
        "exact": recipe.task.exact,
        "max_length": model.answering.codec.max_length,
    }


def _data_facts(splits: Splits, work: Work, model: FittedModel, odd: Sequence[str]) -> Json:
    inputs = [name for name, column in work.task.columns.items() if column.is_input]
    return {
        "labels": list(work.labels),
        "inputs": [name for name in inputs if name in splits.train.column_names],
        "rows": {
            "train": splits.train.num_rows,
            "validation": splits.validation.num_rows,
            "test": splits.test.num_rows,
        },
        "fingerprints": dict(splits.fingerprints),
        "source": splits.source,
        "notes": [*splits.notes, *odd],
        "tokens": model.tokens | {"test": model.answering.examples(splits.test).facts()},
    }
