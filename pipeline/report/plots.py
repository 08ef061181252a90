"""Plots as inline SVG: data in, text out. Colours come from the page's style sheet by class.

A plot is drawn for a width in pixels and never shrunk below it, so its labels stay
readable; the page holds a wide and a narrow one and shows what fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import escape

from pipeline.report.axes import Scale, around, finite, fitted, text_width, tick_words
from pipeline.report.svg import NORMAL, SMALL, document, horizontal_axis, text
from pipeline.report.words import number, signed

Role = Literal["fine-tuned", "best-baseline", "baseline"]


@dataclass(frozen=True)
class Dot:
    """One row of the dot plot: a score with its interval."""

    name: str
    score: float
    interval: tuple[float, float]
    role: Role


@dataclass(frozen=True)
class Series:
    """One line of a line plot; ``dots`` draws a mark at each point."""

    name: str
    points: Sequence[tuple[float, float]]
    css: Literal["train", "validation"]
    dots: bool = False


def dot_plot(dots: Sequence[Dot], *, metric: str, width: int) -> str:
    """Scores with their intervals, one row each, in the order given.

    Names and numbers stand beside the dots where there is room, and above them on a phone.
    """
    wide = width >= 560
    name_room = min(220.0, max(text_width(dot.name, NORMAL) for dot in dots)) if wide else 0.0
    values = {
        dot.name: f"{number(dot.score)}  [{number(dot.interval[0])}, {number(dot.interval[1])}]"
        for dot in dots
    }
    value_room = max(text_width(shown, SMALL) for shown in values.values()) if wide else 0.0
    left = max(name_room, text_width("best baseline", SMALL)) + 24 if wide else 20
    row = 44 if wide else 52
    bottom = 14 + row * len(dots)
    scale = around(
        [value for dot in dots for value in (dot.score, *dot.interval)],
        left,
        width - value_room - 20,
    )
    # On a phone names and numbers lie over the plot: no line may cross them there.
    parts = horizontal_axis(scale, top=8 if wide else bottom, bottom=bottom, title=metric)
    best = next((dot for dot in dots if dot.role == "best-baseline"), None)
    if best and finite([best.score]):
        lines = [(8, bottom)] if wide else [(y + 26, y + 50) for y in range(14, bottom, row)]
        x = scale(best.score)
        parts += [
            f'<line class="reference" x1="{x}" x2="{x}" y1="{top}" y2="{end}"/>'
            for top, end in lines
        ]
    for index, dot in enumerate(dots):
        top = 14 + row * index
        shown = values[dot.name]
        role = {"fine-tuned": "fine-tuned", "best-baseline": "best baseline"}.get(dot.role, "")
        parts.append(f'<g class="dot {dot.role}"><title>{escape(f"{dot.name}: {shown}")}</title>')
        if wide:
            y = top + row / 2
            name_y = y - 3 if role else y + 5
            parts.append(text(fitted(dot.name, NORMAL, name_room), 0, name_y, css="name"))
            parts.append(text(role, 0, y + 13, css="role"))
            parts.append(text(shown, width, y + 5, css="value", anchor="end"))
        else:
            y = top + row - 14
            room = width - text_width(shown, SMALL) - 12
            name = fitted(f"{dot.name} · {role}" if role else dot.name, NORMAL, room)
            parts.append(text(name, 0, top + 18, css="name"))
            parts.append(text(shown, width, top + 18, css="value", anchor="end"))
        parts += _interval(scale, dot.score, dot.interval, y)
        parts.append("</g>")
    label = f"{metric} of {len(dots)} contenders with 95% intervals; the numbers are in the table"
    return document(parts, width=width, height=bottom + 46, label=label)


def difference_plot(
    difference: float,
    interval: tuple[float, float],
    *,
    detectable: float,
    width: int,
    higher_is_better: bool = True,
) -> str:
    """The paired difference and its interval against zero and the smallest difference found."""
    ends = [difference, *interval, 0.0, detectable, -detectable]
    scale = around(ends, 32, width - 32, bounded=False)
    bottom = 74
    parts = []
    if finite([detectable]):
        x, far = scale(-detectable), scale(detectable)
        parts.append(
            f'<rect class="band" x="{x}" y="26" '
            f'width="{round(far - x, 2)}" height="{bottom - 26}"/>'
        )
    parts += horizontal_axis(scale, top=26, bottom=bottom, title="difference", plus=True)
    zero = scale(0.0)
    parts.append(f'<line class="zero" x1="{zero}" x2="{zero}" y1="22" y2="{bottom}"/>')
    sides = ("baseline better", "fine-tuned better")
    worse, better = sides if higher_is_better else sides[::-1]
    parts.append(text(f"← {worse}", 0, 14, css="role"))
    parts.append(text(f"{better} →", width, 14, css="role", anchor="end"))
    parts.append('<g class="dot fine-tuned">')
    parts += [*_interval(scale, difference, interval, 50), "</g>"]
    ends_shown = f"{signed(interval[0])} to {signed(interval[1])}"
    label = f"Difference {signed(difference)}, 95% interval {ends_shown}"
    return document(parts, width=width, height=bottom + 46, label=label)


def line_plot(
    series: Sequence[Series], *, title: str, width: int, best: tuple[float, float] | None = None
) -> str:
    """Values over training steps; ``best`` is ringed.

    Args:
        series: lines of (step, value) in step order; values that are not finite are left out.
        title: what the plot shows, for those who cannot see it.
        width: in pixels.
        best: the point that was kept.
    """
    height, bottom, top = 236, 190, 12
    known = [[(step, value) for step, value in line.points if finite([value])] for line in series]
    values = around([value for line in known for _, value in line], bottom, top)
    ticks = values.ticks(pixels=28)
    words = tick_words(ticks)
    left = max((text_width(word, SMALL) for word in words), default=0) + 14
    last = max((step for line in known for step, _ in line), default=1) or 1
    steps = Scale(0, last, left, width - 20)
    parts = []
    for tick, word in zip(ticks, words, strict=True):
        y = values(tick)
        parts.append(f'<line class="grid" x1="{left}" x2="{width - 20}" y1="{y}" y2="{y}"/>')
        parts.append(text(word, left - 8, y + 4, css="tick", anchor="end"))
    parts += horizontal_axis(steps, top=bottom, bottom=bottom, title="step", whole=True)
    for line, points in zip(series, known, strict=True):
        at = [(steps(step), values(value)) for step, value in points]
        if len(at) > 1:
            path = " ".join(f"{x},{y}" for x, y in at)
            parts.append(f'<polyline class="line {line.css}" points="{path}"/>')
        if line.dots or len(at) == 1:
            parts += [f'<circle class="mark {line.css}" cx="{x}" cy="{y}" r="3"/>' for x, y in at]
    if best and finite(best):
        x, y = steps(best[0]), values(best[1])
        parts.append(f'<circle class="best" cx="{x}" cy="{y}" r="7"/>')
    return document(parts, width=width, height=height, label=title)


def _interval(scale: Scale, score: float, interval: tuple[float, float], y: float) -> list[str]:
    parts = []
    if len(finite(interval)) == 2:
        low, high = scale(interval[0]), scale(interval[1])
        parts.append(f'<line class="range" x1="{low}" x2="{high}" y1="{y}" y2="{y}"/>')
        parts += [
            f'<line class="range" x1="{x}" x2="{x}" y1="{y - 4}" y2="{y + 4}"/>'
            for x in (low, high)
        ]
    if finite([score]):
        parts.append(f'<circle cx="{scale(score)}" cy="{y}" r="6"/>')
    return parts
