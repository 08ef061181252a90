"""What of a run is drawn, and from which of its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pipeline.contracts import ContenderResult, Json
from pipeline.evaluation.front import front
from pipeline.report import confusions, log_plots, plots, square_plots, svg
from pipeline.report.run_files import RunFiles

WIDE, NARROW, CURVE = 960, 340, 400
"""Widths in pixels that plots are drawn for: a desk's column, a phone's, half a column."""
DRAWN_STEPS = 500


def _role(files: RunFiles, contender: ContenderResult) -> plots.Role:
    if contender is files.best_baseline:
        return "best-baseline"
    return "fine-tuned" if contender.kind == "fine-tuned" else "baseline"


def scores(files: RunFiles) -> list[Markup]:
    """Every contender's score and interval, for a desk and for a phone."""
    metric = files.result.metric
    dots = [
        plots.Dot(each.name, each.scores[metric], each.interval, _role(files, each))
        for each in files.ranked
    ]
    if not dots:
        return []
    return [svg.inline(plots.dot_plot(dots, metric=metric, width=at)) for at in (WIDE, NARROW)]


def difference(files: RunFiles) -> Markup | None:
    """The paired difference of the verdict."""
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


def curves(files: RunFiles) -> Json | None:
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


def costs(files: RunFiles) -> list[Markup]:
    """Quality against what it costs to fit and to answer."""
    rows = max(1, files.result.test_rows)
    contenders = [each for each in files.result.contenders if each.scores]
    if len(contenders) == 1:
        return []
    spent = {
        "seconds to fit": [each.fit_seconds for each in contenders],
        "ms for 1,000 rows": [each.predict_seconds / rows * 1e6 for each in contenders],
    }
    return [svg.inline(_scatter(files, contenders, name, spent[name])) for name in spent]


def _scatter(
    files: RunFiles, contenders: Sequence[ContenderResult], name: str, spent: Sequence[float]
) -> str:
    """The line joins those that nothing cheaper surpasses."""
    metric = files.result.metric
    chosen = front(
        [each.scores[metric] for each in contenders],
        spent,
        higher_is_better=files.result.higher_is_better,
    )
    points = [
        log_plots.Point(
            each.name,
            cost,
            each.scores[metric],
            each.interval,
            ours=each.kind == "fine-tuned",
            front=on_it,
        )
        for each, cost, on_it in zip(contenders, spent, chosen, strict=True)
    ]
    return log_plots.scatter(points, cost=name, metric=metric, width=CURVE)


def calibration(files: RunFiles) -> Json | None:
    """Can the probabilities be taken at their word, ours and the best baseline's?"""
    ours = files.fine_tuned
    if not ours or "calibration" not in ours.details:
        return None
    known = [each for each in files.result.contenders if "calibration" in each.details]
    return {
        "plot": svg.inline(
            square_plots.reliability_plot(ours.details["calibration"]["bins"], width=NARROW)
        ),
        "errors": [(each.name, each.details["calibration"]["ece"]) for each in known],
        "thresholds": ours.details["calibration"]["thresholds"],
    }


def confusion(files: RunFiles) -> Json | None:
    """What the fine-tuned model takes for what: cells, a list or a map, by how many classes."""
    contender, labels = files.fine_tuned, files.result.data.get("labels", [])
    counts = contender.details.get("confusion") if contender else None
    if not counts:
        return None
    classes = len(counts)
    as_table = classes <= confusions.TABLE_CLASSES
    with_map = not as_table and classes <= confusions.MAP_CLASSES
    maps = [svg.inline(square_plots.heat_map(counts, width=at)) for at in (640, NARROW)]
    return {
        "labels": labels,
        "cells": confusions.cells(counts) if as_table else None,
        "largest": [] if as_table else confusions.largest(counts, labels),
        "maps": maps if with_map else [],
    }
