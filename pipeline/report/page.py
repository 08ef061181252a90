"""``report.html``: one page that says whether the transfer was worth it, and why.

It is one file with its styles and plots inside, asks nothing of the network and
shows only what ``result.json``, the log, the predictions and the recipe say.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from pipeline.contracts import ContenderResult, Json
from pipeline.report import confusions, disagreements, plots, svg
from pipeline.report.environment import environment
from pipeline.report.run_files import RunFiles, read
from pipeline.storage import write_text

WIDE, NARROW, CURVE = 960, 340, 400
"""Widths in pixels that plots are drawn for: a desk's column, a phone's, half a column."""
DRAWN_STEPS = 500
PER_CLASS_ROWS = 300

MARKS = {
    True: ("worth", "✓", "Worth it"),
    False: ("not", "✕", "Not worth it"),
    None: ("undecided", "≈", "Undecided"),
}
"""Each verdict has a colour, a sign and words, so that none of the three is needed."""


def write(run: Path) -> Path:
    """Render the page into the run's folder.

    Raises:
        ModelError: the run's files are missing, damaged or of another version.
        StorageError: the disk refused.
    """
    path = run / "report.html"
    write_text(path, render(run))
    return path


def render(run: Path) -> str:
    """The page of a finished run as HTML.

    Raises:
        ModelError: the run's files are missing, damaged or of another version.
    """
    files = read(run)
    result = files.result
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            result=result,
            verdict=result.verdict,
            mark=MARKS[result.verdict.worth_it] if result.verdict else None,
            fine_tuned=files.fine_tuned,
            best_baseline=files.best_baseline,
            contenders=ranked(files),
            other_metrics=other_metrics(files),
            rank_plot=_both_widths(files),
            difference_plot=_difference(files),
            curves=_curves(files),
            confusion=_confusion(files),
            per_class=per_class(files.fine_tuned),
            rows=_disagreements(files),
            recipe=files.recipe,
        )
    )


def ranked(files: RunFiles) -> list[ContenderResult]:
    """Contenders with the best score first."""
    result = files.result
    sign = -1 if result.higher_is_better else 1
    return sorted(result.contenders, key=lambda each: sign * each.scores[result.metric])


def other_metrics(files: RunFiles) -> list[str]:
    """Metrics beside the run's own that every contender has."""
    metrics = [set(each.scores) for each in files.result.contenders]
    shared = set.intersection(*metrics) if metrics else set()
    first = files.result.contenders[0].scores if metrics else {}
    return [name for name in first if name in shared and name != files.result.metric]


def per_class(contender: ContenderResult | None) -> list[Json]:
    """Rows of the per-class table, numbered; with very many classes the worst ones."""
    found = contender.details.get("per_class", []) if contender else []
    rows = [{"number": index, **row} for index, row in enumerate(found, start=1)]
    if len(rows) > PER_CLASS_ROWS:
        rows = sorted(rows, key=lambda row: row["f1"])[:PER_CLASS_ROWS]
    return rows


def _role(files: RunFiles, contender: ContenderResult) -> plots.Role:
    if contender is files.best_baseline:
        return "best-baseline"
    return "fine-tuned" if contender.kind == "fine-tuned" else "baseline"


def _both_widths(files: RunFiles) -> list[Markup]:
    metric = files.result.metric
    dots = [
        plots.Dot(each.name, each.scores[metric], each.interval, _role(files, each))
        for each in ranked(files)
    ]
    if not dots:
        return []
    return [svg.inline(plots.dot_plot(dots, metric=metric, width=at)) for at in (WIDE, NARROW)]


def _difference(files: RunFiles) -> Markup | None:
    verdict = files.result.verdict
    if not verdict:
        return None
    return svg.inline(
        plots.difference_plot(
            verdict.difference,
            verdict.interval,
            detectable=verdict.minimum_detectable_difference,
            width=NARROW,
            higher_is_better=files.result.higher_is_better,
        )
    )


def _curves(files: RunFiles) -> Json | None:
    """Loss and score over steps, each in its own plot: two units never share an axis."""
    steps, checks = files.steps, files.validations
    if not steps and not checks:
        return None
    drawn = _spread(steps, DRAWN_STEPS)
    metric = files.result.metric
    # A task whose weights are chosen by their loss asks for no score on the way.
    scored = [event for event in checks if event.get("score") is not None]
    best = next((event for event in reversed(checks) if event.get("best")), None)
    loss = plots.line_plot(
        [
            plots.Series("training", [(e["step"], e["loss"]) for e in drawn], "train"),
            plots.Series(
                "validation",
                [(e["step"], e["loss"]) for e in checks if "loss" in e],
                "validation",
                dots=True,
            ),
        ],
        title="Loss over training steps, on training batches and on validation rows",
        width=CURVE,
        best=(best["step"], best["loss"]) if best and not scored else None,
    )
    score = plots.line_plot(
        [
            plots.Series(
                "validation", [(e["step"], e["score"]) for e in scored], "validation", dots=True
            )
        ],
        title=f"Validation {metric} over training steps",
        width=CURVE,
        best=(best["step"], best["score"]) if best and scored else None,
    )
    return {
        "loss": svg.inline(loss) if steps else None,
        "score": svg.inline(score) if scored else None,
        "metric": checks[-1].get("metric", metric) if checks else metric,
        "best": best,
        "drawn": len(drawn),
        "steps": len(steps),
        "with_validation_loss": any("loss" in event for event in checks),
    }


def _spread(events: Sequence[Json], limit: int) -> Sequence[Json]:
    """At most so many events, evenly spaced, the first and the last among them."""
    if len(events) <= limit:
        return events
    return [events[index * (len(events) - 1) // (limit - 1)] for index in range(limit)]


def _confusion(files: RunFiles) -> Json | None:
    contender, labels = files.fine_tuned, files.result.data.get("labels", [])
    counts = contender.details.get("confusion") if contender else None
    if not counts:
        return None
    classes = len(counts)
    as_table = classes <= confusions.TABLE_CLASSES
    with_map = not as_table and classes <= confusions.MAP_CLASSES
    maps = [svg.inline(plots.heat_map(counts, width=at)) for at in (640, NARROW)]
    return {
        "labels": labels,
        "cells": confusions.cells(counts) if as_table else None,
        "largest": [] if as_table else confusions.largest(counts, labels),
        "maps": maps if with_map else [],
    }


def _disagreements(files: RunFiles) -> disagreements.Disagreements | None:
    ours, theirs = files.fine_tuned, files.best_baseline
    if not files.predictions or not ours or not theirs:
        return None
    exact = bool(files.result.model.get("exact", True))
    return disagreements.find(files.predictions, ours.name, theirs.name, exact=exact)
