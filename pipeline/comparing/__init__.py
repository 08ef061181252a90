"""``graft compare``: many finished runs over the same test rows, in one table and one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.comparing import reading
from pipeline.comparing.reading import Run
from pipeline.errors import ModelError
from pipeline.evaluation import ranking, scoring
from pipeline.evaluation.ranking import Competitor, Ranking
from pipeline.evaluation.spec import EvaluationSpec

if TYPE_CHECKING:
    import numpy as np

    from pipeline.contracts import ContenderResult, Reporter


def compare(paths: Sequence[Path], *, metric: str | None, report: Reporter) -> Ranking:
    """Rank the contenders of runs that were tested on the same rows.

    Args:
        paths: folders of runs, or of recipes, which stand for their newest finished run.
        metric: what to compare by; None: what the runs were about.
        report: for progress, and for folders that are left out.

    Raises:
        UserError: fewer than two finished runs, or runs that cannot be compared; all reasons.
    """
    notes: list[str] = []
    folders = reading.finished(paths, notes)
    for note in notes:
        report.warn(note)
    names = reading.names(folders)
    results = reading.results_of(folders)
    metric = reading.shared_metric(results, names, metric)
    reading.refuse_others(results, names)
    runs = [
        reading.with_answers(folder, name, result)
        for folder, name, result in zip(folders, names, results, strict=True)
    ]
    reading.refuse_other_answers(runs)
    return replace(_rank(runs, metric, report), notes=notes)


def _rank(runs: Sequence[Run], metric: str, report: Reporter) -> Ranking:
    module, spec, first = scoring.load(metric), EvaluationSpec(), runs[0]
    sign = -1 if module.higher_is_better else 1
    entrants: list[tuple[Competitor, np.ndarray]] = []
    total = sum(len(run.answers) for run in runs)
    with report.progress("scores and intervals", total) as advance:
        for run in runs:
            for one in run.result.contenders:
                _enter(run, one, metric, spec, entrants)
                advance(1)
    entrants.sort(key=lambda pair: sign * pair[0].score)
    named = _unique([one for one, _ in entrants])
    known = ranking.with_fronts(named, module.higher_is_better)
    entrants = [(one, stats) for one, (_, stats) in zip(known, entrants, strict=True)]
    return Ranking(
        metric=metric,
        title=module.title,
        higher_is_better=module.higher_is_better,
        test_rows=first.result.test_rows,
        confidence=spec.confidence,
        competitors=known,
        matches=ranking.matched(entrants, metric=module, spec=spec, groups=first.groups),
    )


def _enter(
    run: Run,
    one: ContenderResult,
    metric: str,
    spec: EvaluationSpec,
    entrants: list[tuple[Competitor, np.ndarray]],
) -> None:
    """Add a contender; a baseline that answers as one that is there already, only its run."""
    labels, answers = run.result.data["labels"], run.answers[one.name]
    stats = scoring.statistics_of_seeds(metric, run.gold, answers, labels)
    values = scoring.load(metric).finish(stats.sum(axis=1))
    score = float(values.mean())
    if abs(score - one.scores[metric]) > 1e-9 * max(1.0, abs(score)):
        raise ModelError(
            f"the answers of {one.name} reach {score:.6g} {metric}, its result says"
            f" {one.scores[metric]:.6g}",
            place=str(run.folder / "predictions.parquet"),
            hint="one of the two was changed: run the recipe again",
        )
    for index, (other, theirs) in enumerate(entrants):
        same = other.name == one.name and stats.shape == theirs.shape and (stats == theirs).all()
        if one.kind == "baseline" == other.kind and same:
            entrants[index] = replace(other, run=f"{other.run}, {run.name}"), theirs
            return
    competitor = Competitor(
        name=one.name,
        kind=one.kind,
        run=run.name,
        score=score,
        interval=scoring.interval(
            metric, run.gold, answers, labels, spec=spec, seed=0, groups=run.groups
        ),
        validation_score=one.validation_score,
        validation_metric=run.result.metric,
        seeds=max(1, len(one.seeds)),
        costs={
            "training seconds": one.fit_seconds,
            "ms a row": one.predict_seconds / run.result.test_rows * 1_000,
            "MB": one.size_bytes / 1e6,
        },
    )
    entrants.append((competitor, stats))


def _unique(competitors: Sequence[Competitor]) -> list[Competitor]:
    """Names that tell competitors apart: a fine-tuned model is called as its run."""
    names = [one.run if one.kind == "fine-tuned" else one.name for one in competitors]
    return [
        replace(one, name=name if names.count(name) == 1 else f"{one.name} of {one.run}")
        for one, name in zip(competitors, names, strict=True)
    ]
