"""Proof of an export: a fresh process loads it as the card says, and must answer the same.

Logits are compared pass by pass, one example each; then the process answers test rows in padded
batches, as they would be in use, and its score must be that of the model in memory.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.bases import Base
from pipeline.contracts import Limits, Proof
from pipeline.errors import DataError, ProofError, TrainingError
from pipeline.evaluation import scoring
from pipeline.examples import Purpose
from pipeline.exporting.reloading import Arrays, Reloaded, reloaded

if TYPE_CHECKING:
    import pyarrow as pa
    import torch

    from pipeline.training.contender import FittedModel
    from pipeline.training.inference import Answering

ROWS = 64
"""Test rows whose logits are compared, at the most."""

MOST_NUMBERS = 20_000_000
"""Logits that are compared, about: a language model has thousands a token."""

SCORED_ROWS = 200
"""Test rows on which the metric is compared, at the most."""

_WARM_UP = 3
"""Passes that are not timed: the first ones find memory, and what is fastest."""


@dataclass(frozen=True)
class Evidence:
    """What a model in memory says, to be said again by a fresh process.

    Attributes:
        inputs: of each forward pass, one example each.
        outputs: logits of each forward pass, by name.
        texts: that the tokenizer is given.
        ids: what it makes of them.
        milliseconds: a forward pass of one example takes, the median.
    """

    inputs: list[Arrays]
    outputs: list[Arrays]
    texts: list[str]
    ids: list[list[int]]
    milliseconds: float = 0.0


@dataclass(frozen=True)
class Exam:
    """Test rows that each export answers anew, and what the model in memory made of them.

    Attributes:
        answering: the model in memory, on the CPU.
        score: its metric on these rows; None where so few of them have none.
        told: its answers in words; None where answers are more or less right.
    """

    answering: Answering
    table: pa.Table
    metric: str
    score: float | None
    told: list[str] | None


def logits_of(outputs: Mapping[str, Any]) -> Arrays:
    """Everything that a model calls logits, in fp32."""
    return {
        name: value.float().cpu().numpy()
        for name, value in outputs.items()
        if name.endswith("logits") and hasattr(value, "numpy")
    }


def evidence_of(fitted: FittedModel, model: torch.nn.Module, table: pa.Table) -> Evidence:
    """Some rows as the model sees them, and what it says to them: on the CPU, in fp32, alone.

    Where answers are written they are rows to learn from, because of those an encoder-decoder is
    given the answer too.
    """
    import torch

    from pipeline.data.collating import collate

    answering = fitted.answering
    codec, device, task = answering.codec, torch.device("cpu"), answering.task
    purpose: Purpose = "learn" if task.generates else "answer"
    examples = task.encode(table, answering.labels, codec, purpose=purpose)
    if task.generates:
        examples = task.draw(examples, codec, seed=(0,))
    inputs: list[Arrays] = []
    outputs: list[Arrays] = []
    seconds: list[float] = []
    numbers = 0
    with torch.no_grad():
        for number in range(len(examples)):
            batch = collate(examples, np.asarray([number]), codec, device=device)
            started = time.perf_counter()
            raw = model(**batch.inputs)
            seconds.append(time.perf_counter() - started)
            found = logits_of(raw)
            numbers += sum(array.size for array in found.values())
            if number and numbers > MOST_NUMBERS:
                break
            inputs.append({name: np.asarray(value) for name, value in batch.inputs.items()})
            outputs.append(found)
    texts = task.texts(table)
    return Evidence(
        inputs=inputs,
        outputs=outputs,
        texts=texts,
        ids=codec.tokenizer(texts)["input_ids"],
        milliseconds=_milliseconds(seconds),
    )


def exam_of(fitted: FittedModel, table: pa.Table, *, metric: str) -> Exam:
    """Let the model in memory answer test rows, on the CPU."""
    import torch

    answering = replace(fitted.answering, device=torch.device("cpu"), accelerator=None)
    exam = Exam(answering, table, metric, score=None, told=None)
    score, told = _sit(exam, answering)
    return replace(exam, score=score, told=told)


def prove(
    folder: Path,
    snippet: str,
    *,
    evidence: Evidence,
    base: Base,
    limits: Limits,
    exam: Exam | None = None,
) -> Proof:
    """Load an export in a fresh process and compare.

    Args:
        folder: the export; the snippet runs from there.
        exam: of the model in memory; None compares logits alone.

    Raises:
        ProofError: the snippet fails, or a difference is over its limit.
    """
    with reloaded(folder, snippet, base=base) as found:
        if found.tokenise(evidence.texts) != evidence.ids:
            raise ProofError("the tokenizer gives other tokens", place=folder.name)
        proof = _of_logits(found, evidence, limits, folder.name)
        return proof if exam is None else _of_answers(found, exam, proof, limits, folder.name)


def _of_logits(found: Reloaded, evidence: Evidence, limits: Limits, name: str) -> Proof:
    largest, seconds = 0.0, []
    for inputs, expected in zip(evidence.inputs, evidence.outputs, strict=True):
        again = found.logits(inputs)
        seconds.append(found.seconds)
        shapes = {key: array.shape for key, array in again.items()}
        if shapes != {key: array.shape for key, array in expected.items()}:
            raise ProofError("the reloaded export gives logits of another shape", place=name)
        for key, array in expected.items():
            difference = float(np.abs(again[key] - array).max(initial=0.0))
            if not np.isfinite(difference):
                raise ProofError("the reloaded export gives no numbers", place=name)
            largest = max(largest, difference)
    if limits.logits is not None and largest > limits.logits:
        raise ProofError(
            f"the reloaded export answers differently: logits differ by up to {largest:.2e},"
            f" more than {limits.logits:.0e}",
            place=name,
        )
    return Proof(
        max_logit_difference=largest,
        logit_rows=len(evidence.inputs),
        milliseconds_in_memory=evidence.milliseconds,
        milliseconds=_milliseconds(seconds),
    )


def _of_answers(found: Reloaded, exam: Exam, proof: Proof, limits: Limits, name: str) -> Proof:
    answering: Any = found
    score, told = _sit(exam, replace(exam.answering, model=answering))
    problems = []
    change = agreement = None
    if score is not None and exam.score is not None:
        change = score - exam.score
        worse = -change if scoring.higher_is_better(exam.metric) else change
        allowed = limits.metric * max(1.0, abs(exam.score))
        if worse > allowed:
            problems.append(
                f"{exam.metric} on {exam.table.num_rows} test rows is {score:.4f} instead of"
                f" {exam.score:.4f}: worse by more than {allowed:.4f}"
            )
    if told is not None and exam.told is not None:
        agreement = sum(map(str.__eq__, told, exam.told)) / max(len(told), 1)
        if agreement < limits.agreement:
            problems.append(
                f"{agreement:.1%} of {len(told)} test rows get the same answer, fewer than"
                f" {limits.agreement:.0%}"
            )
    if problems:
        said = "; ".join(problems)
        raise ProofError(f"the reloaded export answers differently: {said}", place=name)
    return replace(
        proof,
        metric_difference=change,
        agreement=agreement,
        metric_rows=exam.table.num_rows,
    )


def _sit(exam: Exam, answering: Answering) -> tuple[float | None, list[str] | None]:
    """Score and answers in words of whoever answers the exam's rows."""
    import torch

    task, labels = answering.task, answering.labels
    # What is drawn while answers are written is drawn alike on both sides as far as it can be.
    torch.manual_seed(0)
    answers = answering.predict(exam.table)
    told = task.readable(answers.answers, labels) if task.exact else None
    gold = task.references(exam.table, labels)
    try:
        return scoring.score(exam.metric, gold, answers, labels), told
    except (DataError, TrainingError):
        # A correlation of rows that are all alike, for one.
        return None, told


def _milliseconds(seconds: list[float]) -> float:
    timed = seconds[_WARM_UP:] or seconds
    return round(1000 * statistics.median(timed), 3) if timed else 0.0
