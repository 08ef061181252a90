"""Finished runs, read to be compared, and the reasons why some cannot be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import storage
from pipeline.contest import answer_files
from pipeline.errors import ModelError, Problem, UserError, suggestion
from pipeline.report import run_files

if TYPE_CHECKING:
    import numpy as np

    from pipeline.contracts import RunResult

_LEAST = 2


@dataclass(frozen=True)
class Run:
    """A finished run and its answers as metrics take them.

    Attributes:
        name: as tables call it.
        answers: contender -> its answers, an array a seed.
        gold: references.
        groups: rows that hang together, or None.
    """

    name: str
    folder: Path
    result: RunResult
    answers: dict[str, list[np.ndarray]]
    gold: np.ndarray
    groups: np.ndarray | None


def finished(paths: Sequence[Path], notes: list[str]) -> list[Path]:
    """Folders of finished runs, each once; what is none is noted or refused."""
    found: dict[Path, Path] = {}
    problems: list[Problem] = []
    for path in paths:
        if not path.is_dir():
            problems.append(Problem("there is no such folder", str(path), "name folders of runs"))
        elif storage.is_finished(path):
            found.setdefault(path.resolve(), path)
        elif storage.is_finished(path / "latest"):
            newest = (path / "latest").resolve()
            found.setdefault(newest, newest)
        else:
            notes.append(f"{path} is left out: no run there has finished")
    if problems:
        raise UserError(problems)
    if len(found) < _LEAST:
        raise UserError(
            f"{len(found)} finished run is not enough to compare" if found else
            "none of these runs has finished",
            hint="; ".join(notes) or "name two runs or more: graft compare runs/a runs/b",
        )  # fmt: skip
    return list(found)


def names(folders: Sequence[Path]) -> list[str]:
    """A run is called as its recipe, and by its own name too where a recipe has several."""
    recipes = [folder.parent.name for folder in folders]
    return [
        recipe if recipes.count(recipe) == 1 else f"{recipe}/{folder.name}"
        for recipe, folder in zip(recipes, folders, strict=True)
    ]


def results_of(folders: Sequence[Path]) -> list[RunResult]:
    """What stands in each ``result.json``.

    Raises:
        ModelError: one is missing, damaged, of another version, or has scores that are no
            numbers; all of them.
    """
    problems: list[Problem] = []
    results = []
    for folder in folders:
        try:
            result = run_files.read_result(folder)
        except ModelError as error:
            problems += error.problems
            continue
        results.append(result)
        problems += [
            Problem(
                f"{name} of {one.name} is {value}, which is no number",
                str(folder / "result.json"),
                "run the recipe again",
            )
            for one in result.contenders
            for name, value in one.scores.items()
            if not isinstance(value, int | float) or not math.isfinite(value)
        ]
    if problems:
        raise ModelError(problems)
    return results


def shared_metric(results: Sequence[RunResult], names: Sequence[str], asked: str | None) -> str:
    """What all runs can be compared by.

    Raises:
        UserError: they are about different metrics and none was asked for, or one lacks it.
    """
    shared = set.intersection(*(set(one.contenders[0].scores) for one in results))
    if asked is not None:
        asked = asked.replace("-", "_")
        if asked not in shared:
            hint = suggestion(asked, shared) if shared else "they have no metric in common"
            raise UserError(f"not all of these runs have the metric '{asked}'", hint=hint)
        return asked
    metrics = [one.metric for one in results]
    if len(set(metrics)) > 1:
        told = ", ".join(f"{name} by {metric}" for name, metric in zip(names, metrics, strict=True))
        choices = f"choose one with --metric: {', '.join(sorted(shared))}"
        hint = choices if shared else "they have no metric in common"
        raise UserError(f"these runs are about different metrics: {told}", hint=hint)
    return metrics[0]


def refuse_others(results: Sequence[RunResult], names: Sequence[str]) -> None:
    """Only the same test rows, with the same labels, compare.

    Raises:
        UserError: all runs that have others than the first one.
    """
    first = results[0]
    problems: list[Problem] = []
    for result, name in zip(results[1:], names[1:], strict=True):
        if result.task != first.task:
            problems.append(Problem(f"{name} is {result.task}, {names[0]} is {first.task}"))
        elif result.data["fingerprints"]["test"] != first.data["fingerprints"]["test"]:
            problems.append(
                Problem(
                    f"{name} was tested on other rows ({result.test_rows:,}) than {names[0]}"
                    f" ({first.test_rows:,})",
                    hint="compare runs with the same data, test share and seed only",
                )
            )
        elif result.data["labels"] != first.data["labels"]:
            problems.append(
                Problem(
                    f"{name} knows {len(result.data['labels'])} labels, {names[0]} knows"
                    f" {len(first.data['labels'])}, or they are others",
                    hint="compare runs with the same labels only",
                )
            )
    if problems:
        raise UserError(problems)


def with_answers(folder: Path, name: str, result: RunResult) -> Run:
    """A run with what its contenders answered.

    Raises:
        ModelError: the file is missing, damaged, or of a Graft that kept answers in words only.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / "predictions.parquet"
    try:
        table = pq.read_table(path)
        gold = answer_files.as_array(table[answer_files.column(answer_files.GOLD)])
        answers = {
            one.name: [
                answer_files.as_array(table[answer_files.column(one.name, seed)])
                for seed in [None, *[each.seed for each in one.seeds][1:]]
            ]
            for one in result.contenders
        }
    except FileNotFoundError:
        raise ModelError("this file is missing", place=str(path), hint="run it again") from None
    except KeyError as error:
        raise ModelError(
            f"this file lacks the column {error.args[0]}",
            place=str(path),
            hint="an older Graft wrote it: run the recipe again",
        ) from None
    except (pa.ArrowInvalid, OSError) as error:
        raise ModelError(f"this file is damaged: {error}", place=str(path)) from None
    groups = (
        table[answer_files.GROUP].to_numpy() if answer_files.GROUP in table.column_names else None
    )
    return Run(name, folder, result, answers, gold, groups)


def refuse_other_answers(runs: Sequence[Run]) -> None:
    """Files that were changed by hand would give numbers that mean nothing."""
    first = runs[0]
    problems = [
        Problem(
            f"its gold answers are not those of {first.name}, though its rows are",
            place=str(run.folder / "predictions.parquet"),
            hint="the file was changed: run the recipe again",
        )
        for run in runs[1:]
        if run.gold.shape != first.gold.shape or not (run.gold == first.gold).all()
    ]
    if problems:
        raise ModelError(problems)
