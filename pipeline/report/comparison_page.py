"""The page of ``graft compare``: one file, nothing from the network."""

from __future__ import annotations

from pathlib import Path

from pipeline.evaluation.ranking import COSTS, Ranking, best_baseline
from pipeline.report import log_plots, plots, svg
from pipeline.report.environment import environment
from pipeline.report.figures import CURVE, NARROW, WIDE
from pipeline.storage import write_text


def write(ranking: Ranking, path: Path) -> None:
    """Render a ranking into a file.

    Raises:
        StorageError: the disk refused.
    """
    write_text(path, render(ranking))


def render(ranking: Ranking) -> str:
    """A ranking as HTML: scores, matches, and quality against each cost."""
    best = best_baseline(ranking.competitors)
    dots = [
        plots.Dot(
            one.name,
            one.score,
            one.interval,
            "fine-tuned" if one.kind == "fine-tuned" else
            "best-baseline" if one is best else "baseline",
        )
        for one in ranking.competitors
    ]  # fmt: skip
    return (
        environment()
        .get_template("comparison.html.j2")
        .render(
            ranking=ranking,
            costs=COSTS,
            dot_plots=[
                svg.inline(plots.dot_plot(dots, metric=ranking.title, width=at))
                for at in (WIDE, NARROW)
            ],
            scatters=[svg.inline(_scatter(ranking, cost)) for cost in COSTS],
        )
    )


def _scatter(ranking: Ranking, cost: str) -> str:
    points = [
        log_plots.Point(
            one.name,
            one.costs[cost],
            one.score,
            one.interval,
            ours=one.kind == "fine-tuned",
            front=cost in one.fronts,
        )
        for one in ranking.competitors
    ]
    return log_plots.scatter(points, cost=cost, metric=ranking.title, width=CURVE)
