"""One path for every contender: fit, predict the same rows, score, count the cost."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import storage
from pipeline.contracts import (
    Contender,
    ContenderResult,
    Fitted,
    Json,
    Predictions,
    SeedResult,
    Splits,
    Verdict,
    Work,
)
from pipeline.evaluation import calibration, scoring, verdict
from pipeline.evaluation import oddities as odd
from pipeline.evaluation.spec import EvaluationSpec

if TYPE_CHECKING:
    import numpy as np

BASELINES = "baselines"
"""Folder of a run for the baselines that it fitted, a folder each."""

BASELINE = "baseline.json"
"""File in each of them that says which one it is, and of which task and labels."""


@dataclass(frozen=True)
class Entry:
    """A contender that has fitted and answered the test rows.

    Attributes:
        result: over all seeds that it was trained with.
        fitted: of the first seed; None where it is another process's, kept in a file.
        predictions: of the first seed.
        others: answers of the other seeds.
    """

    result: ContenderResult
    fitted: Fitted | None
    predictions: Predictions
    others: tuple[np.ndarray, ...] = ()

    @property
    def answers(self) -> tuple[np.ndarray, ...]:
        """Answers to the test rows, of each seed."""
        return (self.predictions.answers, *self.others)


def enter(
    contender: Contender,
    work: Work,
    splits: Splits,
    *,
    spec: EvaluationSpec,
    called: str | None = None,
    base_bytes: int = 0,
    keep: Path | None = None,
) -> Entry:
    """Let one contender fit on the training rows and answer the test rows.

    Args:
        contender: fine-tuned or baseline, both alike.
        work: training and validation rows.
        splits: for the test rows, which only ``predict`` sees.
        spec: for the interval.
        called: what the result calls it; its own name if None.
        base_bytes: of a base that is needed beside what ``save`` writes.
        keep: a folder to save it in for later use; it is only weighed where None.
    """
    started = time.perf_counter()
    fitted = contender.fit(work)
    fit_seconds = time.perf_counter() - started
    validation = fitted.predict(splits.validation, work.report)
    started = time.perf_counter()
    predictions = fitted.predict(splits.test, work.report)
    predict_seconds = time.perf_counter() - started
    gold = work.task.references(splits.test, work.labels)
    saved_bytes = weigh(fitted, work, name=contender.name, keep=keep)
    notes: Json = dict(fitted.notes)
    if base_bytes:
        notes |= {"saved_bytes": saved_bytes, "base_bytes": base_bytes}
    result = ContenderResult(
        name=called or contender.name,
        kind=contender.kind,
        scores={
            metric: scoring.score(metric, gold, predictions, work.labels)
            for metric in work.task.metrics
        },
        validation_score=scoring.score(
            work.metric,
            work.task.references(splits.validation, work.labels),
            validation,
            work.labels,
        ),
        interval=scoring.interval(
            work.metric,
            gold,
            [predictions.answers],
            work.labels,
            spec=spec,
            seed=work.seed,
            groups=work.task.groups(splits.test),
        ),
        fit_seconds=round(fit_seconds, 3),
        predict_seconds=round(predict_seconds, 4),
        size_bytes=saved_bytes + base_bytes,
        trainable_parameters=fitted.trainable_parameters,
        total_parameters=fitted.total_parameters,
        details=_details(work, gold, predictions),
        notes=notes,
    )
    return Entry(result, fitted, predictions)


def oddities(entries: Sequence[Entry], splits: Splits, work: Work) -> list[str]:
    """What to know of test rows and of who is compared, before a score is believed."""
    references = work.task.references(splits.test, work.labels)
    told = {entry.result.name: entry.predictions.answers for entry in entries}
    found = odd.missing_classes(references, work.labels)
    return found + odd.constant_answers(told, references)


def _details(work: Work, gold: np.ndarray, predictions: Predictions) -> Json:
    """What the task tells of the answers, and whether their probabilities hold."""
    found: Json = dict(work.task.details(gold, predictions.answers, work.labels))
    if calibration.tells(gold, predictions.scores):
        assert predictions.scores is not None  # noqa: S101
        found["calibration"] = calibration.report(gold, predictions.scores)
    return found


def over_seeds(
    entries: Sequence[Entry],
    seeds: Sequence[int],
    work: Work,
    splits: Splits,
    *,
    spec: EvaluationSpec,
) -> Entry:
    """One entry of several trainings of one contender: means of what they reach and take.

    Args:
        entries: one a seed; the first lends its model, details and notes.
        seeds: of the entries.
        work: its seed is that of the resamples.
        spec: for the interval, over rows and seeds.
    """
    first, results = entries[0], [entry.result for entry in entries]
    answers = [entry.predictions.answers for entry in entries]
    result = replace(
        first.result,
        scores={
            metric: _mean([each.scores[metric] for each in results])
            for metric in first.result.scores
        },
        validation_score=_mean([each.validation_score for each in results]),
        interval=scoring.interval(
            work.metric,
            work.task.references(splits.test, work.labels),
            answers,
            work.labels,
            spec=spec,
            seed=work.seed,
            groups=work.task.groups(splits.test),
        ),
        fit_seconds=round(_mean([each.fit_seconds for each in results]), 3),
        predict_seconds=round(_mean([each.predict_seconds for each in results]), 4),
        seeds=tuple(
            SeedResult(seed, each.scores, each.validation_score, each.fit_seconds)
            for seed, each in zip(seeds, results, strict=True)
        ),
    )
    return replace(first, result=result, others=tuple(answers[1:]))


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def weigh(fitted: Fitted, work: Work, *, name: str, keep: Path | None) -> int:
    """Save a contender, to keep it or only to know its size.

    Args:
        name: of the baseline, which is what reads the folder.
        keep: the folder; it is written aside and renamed. None keeps nothing.

    Returns:
        Bytes of what the contender wrote.
    """
    if keep is None:
        with tempfile.TemporaryDirectory() as aside:
            fitted.save(Path(aside))
            return storage.size_bytes(Path(aside))
    with storage.new_folder(keep) as folder:
        fitted.save(folder)
        size = storage.size_bytes(folder)
        task = {"name": work.task.name, **work.task.options()}
        facts = {"name": name, "task": task, "labels": list(work.labels)}
        storage.write_json(folder / BASELINE, facts)
    return size


def judge(
    entries: Sequence[Entry], splits: Splits, work: Work, *, spec: EvaluationSpec
) -> Verdict | None:
    """Fine-tuned against the best baseline; None where there is no baseline."""
    fine_tuned = next(entry.result for entry in entries if entry.result.kind == "fine-tuned")
    baselines = [entry.result for entry in entries if entry.result.kind == "baseline"]
    if not baselines:
        return None
    return verdict.judge(
        fine_tuned=fine_tuned,
        baselines=baselines,
        answers={entry.result.name: entry.answers for entry in entries},
        references=work.task.references(splits.test, work.labels),
        labels=work.labels,
        metric=work.metric,
        spec=spec,
        seed=work.seed,
        groups=work.task.groups(splits.test),
    )
