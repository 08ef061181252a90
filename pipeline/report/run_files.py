"""The files of a finished run, read for showing. Nothing is computed from them here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from pipeline.contracts import (
    RESULT_VERSION,
    ContenderResult,
    ExportResult,
    Json,
    RunResult,
    SeedResult,
    Verdict,
)
from pipeline.errors import ModelError, Problem
from pipeline.storage import read_json

T = TypeVar("T")


@dataclass(frozen=True)
class RunFiles:
    """What a run left behind.

    Attributes:
        recipe: text of the resolved ``recipe.yaml``; empty where there is none.
        steps: events ``step`` of the log, one a step, in order.
        validations: events ``validation`` of the log, one a step, in order.
        predictions: where ``predictions.parquet`` is, or None.
    """

    result: RunResult
    recipe: str
    steps: Sequence[Json]
    validations: Sequence[Json]
    predictions: Path | None

    @property
    def fine_tuned(self) -> ContenderResult | None:
        """The contender that the verdict is about; else the first that was fine-tuned."""
        if self.result.verdict:
            return self.contender(self.result.verdict.fine_tuned)
        return next((each for each in self.result.contenders if each.kind == "fine-tuned"), None)

    @property
    def best_baseline(self) -> ContenderResult | None:
        """The baseline that the verdict compares with."""
        verdict = self.result.verdict
        return self.contender(verdict.best_baseline) if verdict else None

    @property
    def ranked(self) -> list[ContenderResult]:
        """Contenders with the best score first."""
        metric, sign = self.result.metric, -1 if self.result.higher_is_better else 1
        return sorted(self.result.contenders, key=lambda each: sign * each.scores[metric])

    def contender(self, name: str) -> ContenderResult | None:
        """The contender of this name."""
        return next((each for each in self.result.contenders if each.name == name), None)


def read(run: Path) -> RunFiles:
    """Read a run's folder.

    Raises:
        ModelError: ``result.json`` is missing, damaged or of another version.
    """
    recipe = run / "recipe.yaml"
    predictions = run / "predictions.parquet"
    events = _events(run / "log.jsonl")
    return RunFiles(
        result=_result(run / "result.json"),
        recipe=recipe.read_text(encoding="utf-8") if recipe.is_file() else "",
        steps=_in_order(events, "step"),
        validations=_in_order(events, "validation"),
        predictions=predictions if predictions.is_file() else None,
    )


def read_result(run: Path) -> RunResult:
    """Read ``result.json`` alone.

    Raises:
        ModelError: it is missing, damaged or of another version.
    """
    return _result(run / "result.json")


def _result(path: Path) -> RunResult:
    found = read_json(path)
    place = str(path)
    if not isinstance(found, dict):
        raise ModelError("this is not the result of a run", place=place)
    version = found.get("version")
    if version != RESULT_VERSION:
        raise ModelError(
            f"this result has version {version}, and this Graft reads version {RESULT_VERSION}",
            place=place,
            hint="run the recipe again, or use the Graft that wrote it (see lock.json)",
        )
    problems: list[Problem] = []
    contenders = [
        _contender(each, f"contenders[{index}]", place, problems)
        for index, each in enumerate(found.get("contenders", ()))
    ]
    exports = [
        _build(ExportResult, each, f"exports[{index}]", place, problems)
        for index, each in enumerate(found.get("exports", ()))
    ]
    verdict = found.get("verdict")
    built = verdict and _build(Verdict, verdict, "verdict", place, problems)
    changed = {**found, "contenders": contenders, "exports": exports, "verdict": built}
    result = _build(RunResult, changed, "result", place, problems)
    if problems or result is None:
        raise ModelError(problems)
    return result


def _contender(
    found: Any, name: str, place: str, problems: list[Problem]
) -> ContenderResult | None:
    built = _build(ContenderResult, found, name, place, problems)
    if built is None:
        return None
    seeds = [
        _build(SeedResult, each, f"{name}.seeds[{index}]", place, problems)
        for index, each in enumerate(built.seeds)
    ]
    return replace(built, seeds=tuple(each for each in seeds if each))


def _build(kind: type[T], found: Any, name: str, place: str, problems: list[Problem]) -> T | None:
    known: Mapping[str, Any] = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    if not isinstance(found, dict):
        problems.append(Problem(f"{name} is not an object", place=place))
        return None
    missing = [
        field.name
        for field in known.values()
        if field.default is MISSING and field.default_factory is MISSING and field.name not in found
    ]
    if missing:
        problems.append(Problem(f"{name} lacks {', '.join(missing)}", place=place))
        return None
    return kind(**{key: value for key, value in found.items() if key in known})


def _events(path: Path) -> list[Json]:
    """All events; a line that a kill cut short is passed over, for the run went on after it."""
    events = []
    if path.is_file():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                event = json.loads(line)
            except json.JSONDecodeError:
                continue
            if isinstance(event, dict):
                events.append(event)
    return events


def _in_order(events: Sequence[Json], name: str) -> list[Json]:
    """Events of one name by step; a step that was done again after a resume counts once."""
    last = {event["step"]: event for event in events if event.get("event") == name}
    return [last[step] for step in sorted(last)]
