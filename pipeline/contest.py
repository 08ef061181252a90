"""One path for every contender: fit, predict the same rows, score, count the cost."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import storage
from pipeline.contracts import (
    Contender,
    ContenderResult,
    Fitted,
    Json,
    Predictions,
    Splits,
    Verdict,
    Work,
)
from pipeline.evaluation import scoring, verdict
from pipeline.evaluation.spec import EvaluationSpec

if TYPE_CHECKING:
    import numpy as np

BASELINES = "baselines"
"""Folder of a run for the baselines that it fitted, a folder each."""

BASELINE = "baseline.json"
"""File in each of them that says which one it is, and of which task and labels."""


@dataclass(frozen=True)
class Entry:
    """A contender that has fitted and answered the test rows."""

    result: ContenderResult
    fitted: Fitted
    predictions: Predictions


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
            predictions.answers,
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
        details=work.task.details(gold, predictions.answers, work.labels),
        notes=notes,
    )
    return Entry(result, fitted, predictions)


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
        answers={entry.result.name: entry.predictions.answers for entry in entries},
        references=work.task.references(splits.test, work.labels),
        labels=work.labels,
        metric=work.metric,
        spec=spec,
        seed=work.seed,
        groups=work.task.groups(splits.test),
    )


def write_predictions(entries: Sequence[Entry], splits: Splits, work: Work, path: Path) -> None:
    """``predictions.parquet``: every test row, its gold answer and each contender's."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from pipeline.contracts import ROW_ID

    task, labels = work.task, work.labels
    columns: dict[str, object] = {
        ROW_ID: splits.test[ROW_ID],
        "text": task.texts(splits.test),
        "gold": task.in_context(
            task.references(splits.test, labels), splits.test, labels, gold=True
        ),
    }
    for entry in entries:
        answers: np.ndarray = entry.predictions.answers
        columns[entry.result.name] = task.in_context(answers, splits.test, labels)
        if entry.predictions.scores is not None:
            columns[f"{entry.result.name}/score"] = entry.predictions.scores.max(axis=1)
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    storage.write_bytes(path, sink.getvalue().to_pybytes())
