"""Plots whose horizontal axis is logarithmic: costs, and numbers of training rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import escape

from pipeline.report import labels
from pipeline.report.axes import Scale, around, finite, fitted, text_width, tick_words
from pipeline.report.svg import NORMAL, SMALL, document, text

HUES = ("ours", "theirs", "h2", "h3", "h4", "h5")
"""Classes of lines in the order that contenders take them; the first is the fine-tuned one."""


@dataclass(frozen=True)
class Point:
    """A contender: what it costs, what it reaches, whether nothing is cheaper and better."""

    name: str
    cost: float
    score: float
    interval: tuple[float, float]
    ours: bool
    front: bool


@dataclass(frozen=True)
class Line:
    """A contender over numbers of rows: (rows, score, low, high), by rows."""

    name: str
    points: Sequence[tuple[float, float, float, float]]


def scatter(points: Sequence[Point], *, cost: str, metric: str, width: int) -> str:
    """Quality against cost; the front is joined by a line."""
    height = 300
    axes = _Axes.of(
        [one.cost for one in points],
        [value for one in points for value in (one.score, *one.interval)],
        width=width,
        height=height,
        right=20,
    )
    parts = axes.drawn(f"{cost} (logarithmic)")
    parts.append(text(metric, 0, 12, css="role"))
    front = sorted((one for one in points if one.front), key=lambda one: (one.cost, one.score))
    joined = [(axes.x(one.cost), axes.y(one.score)) for one in front]
    if len(front) > 1:
        path = " ".join(f"{x},{y}" for x, y in joined)
        parts.append(f'<polyline class="line front" points="{path}"/>')
    lines = list(pairwise(joined))
    spots = [(axes.x(one.cost), axes.y(one.score)) for one in points]
    for one, (x, y) in zip(points, spots, strict=True):
        low, high = axes.y(one.interval[0]), axes.y(one.interval[1])
        lines.append(((x, low), (x, high)))
        parts.append(f'<g class="dot {_role(one)}"><title>{escape(one.name)}: {one.score:.3f}')
        parts.append(f'</title><line class="range" x1="{x}" x2="{x}" y1="{low}" y2="{high}"/>')
        parts.append(f'<circle cx="{x}" cy="{y}" r="5"/></g>')
    names = [fitted(one.name, SMALL, 0.4 * width) for one in points]
    room = labels.Box(axes.across.first + 4, width, 18, axes.bottom - 3)
    for one, label in zip(points, labels.placed(names, spots, room=room, lines=lines), strict=True):
        if label:
            parts += _name(label, _role(one))
    what = f"{metric} against {cost} of {len(points)} contenders; the numbers are in the table"
    return document(parts, width=width, height=height, label=what)


def _role(one: Point) -> str:
    return "fine-tuned" if one.ours else "baseline"


def _name(label: labels.Label, role: str) -> list[str]:
    parts = [f'<g class="dot {role}">']
    if label.leader:
        (x1, y1), (x2, y2) = label.leader
        parts.append(
            f'<line class="leader" x1="{x1:.2f}" x2="{x2:.2f}" y1="{y1:.2f}" y2="{y2:.2f}"/>'
        )
    return [*parts, text(label.name, *label.held, css="role over", anchor=label.side), "</g>"]


def curves(
    lines: Sequence[Line],
    *,
    metric: str,
    width: int,
    crossing: float | None = None,
    style: str = "",
) -> str:
    """Scores over numbers of training rows, with intervals as bands, each line named at its end.

    Args:
        lines: the fine-tuned model's first.
        crossing: rows at which the transfer stops to pay; None where that is not known.
        style: a style sheet for a drawing that stands alone.
    """
    height = 380
    room = min(160.0, max(text_width(line.name, NORMAL) for line in lines)) + 16
    axes = _Axes.of(
        [rows for line in lines for rows, *_ in line.points],
        [value for line in lines for _, *values in line.points for value in values],
        width=width,
        height=height,
        right=room,
    )
    parts = [f"<style>{style}</style>"] if style else []
    parts += axes.drawn("training rows (logarithmic)")
    parts.append(text(metric, 0, 12, css="role"))
    if crossing is not None:
        x = axes.x(crossing)
        parts.append(f'<line class="zero" x1="{x}" x2="{x}" y1="18" y2="{axes.bottom}"/>')
    for number, line in enumerate(lines):
        upper = [f"{axes.x(rows)},{axes.y(high)}" for rows, _, _, high in line.points]
        lower = [f"{axes.x(rows)},{axes.y(low)}" for rows, _, low, _ in reversed(line.points)]
        middle = [(axes.x(rows), axes.y(score)) for rows, score, _, _ in line.points]
        parts.append(f'<g class="{_hue(number)}"><title>{escape(line.name)}</title>')
        parts.append(f'<polygon class="wash" points="{" ".join(upper + lower)}"/>')
        path = " ".join(f"{x},{y}" for x, y in middle)
        parts.append(f'<polyline class="line" points="{path}"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3.5"/>' for x, y in middle]
        parts.append("</g>")
    parts += _names(lines, axes, room=room)
    label = f"{metric} over numbers of training rows, with intervals, of {len(lines)} contenders"
    return document(parts, width=width, height=height, label=label)


def _hue(number: int) -> str:
    return HUES[min(number, len(HUES) - 1)]


def _names(lines: Sequence[Line], axes: _Axes, *, room: float) -> list[str]:
    """Each line's name at its end, from top to bottom as the lines end, none over another."""
    parts, lowest = [], -math.inf
    ends = [(axes.y(line.points[-1][1]), number) for number, line in enumerate(lines)]
    for y, number in sorted(ends):
        name = fitted(lines[number].name, NORMAL, room - 12)
        lowest = max(y, lowest + 15)
        x = axes.x(lines[number].points[-1][0]) + 10
        parts.append(f'<g class="{_hue(number)}">{text(name, x, lowest + 4, css="line-name")}</g>')
    return parts


@dataclass(frozen=True)
class _Axes:
    """A logarithmic scale across and a straight one upwards."""

    across: Scale
    upwards: Scale
    bottom: float

    @classmethod
    def of(
        cls,
        costs: Sequence[float],
        values: Sequence[float],
        *,
        width: int,
        height: int,
        right: float,
    ) -> _Axes:
        bottom = height - 48.0
        upwards = around(values, bottom, 22)
        words = tick_words(upwards.ticks(pixels=32))
        left = max((text_width(word, SMALL) for word in words), default=0) + 14
        # What costs nothing at all has no logarithm.
        least = min((cost for cost in costs if cost > 0), default=1.0)
        logs = [math.log10(max(cost, least)) for cost in costs] or [0.0]
        spare = max(0.05, 0.04 * (max(logs) - min(logs)))
        across = Scale(min(logs) - spare, max(logs) + spare, left, width - right)
        return cls(across, upwards, bottom)

    def x(self, cost: float) -> float:
        """Pixel across."""
        return self.across(math.log10(cost) if cost > 0 else self.across.low)

    def y(self, value: float) -> float:
        """Pixel down; at the bottom for what is no number."""
        return self.upwards(value) if finite([value]) else self.bottom

    def drawn(self, title: str) -> list[str]:
        """Both axes with ticks, and the title of the horizontal one."""
        first, last = self.across.first, self.across.last
        parts = [
            f'<line class="axis" x1="{first}" x2="{last}" y1="{self.bottom}" y2="{self.bottom}"/>'
        ]
        ticks = self.upwards.ticks(pixels=32)
        for tick, word in zip(ticks, tick_words(ticks), strict=True):
            y = self.upwards(tick)
            parts.append(f'<line class="grid" x1="{first}" x2="{last}" y1="{y}" y2="{y}"/>')
            parts.append(text(word, first - 8, y + 4, css="tick", anchor="end"))
        free = -math.inf
        for value in self._steps():
            x, word = self.across(math.log10(value)), f"{value:,.10g}"
            half = text_width(word, SMALL) / 2
            parts.append(
                f'<line class="axis" x1="{x}" x2="{x}" y1="{self.bottom}" y2="{self.bottom + 4}"/>'
            )
            if x - half > free:
                parts.append(text(word, x, self.bottom + 18, css="tick", anchor="middle"))
                free = x + half + 8
        middle = (first + last) / 2
        parts.append(text(title, middle, self.bottom + 38, css="role", anchor="middle"))
        return parts

    def _steps(self) -> list[float]:
        low, high = math.floor(self.across.low), math.ceil(self.across.high)
        every = [10.0**power * part for power in range(low, high + 1) for part in (1, 2, 5)]
        inside = [
            value for value in every if self.across.low <= math.log10(value) <= self.across.high
        ]
        decades = [value for value in inside if math.log10(value) % 1 < 1e-9]
        return decades if len(decades) > 4 else inside
