"""Plots that are as high as they are wide: confusions, and how far probabilities hold."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import escape

from pipeline.contracts import Json
from pipeline.report.axes import Scale
from pipeline.report.svg import document, text


def reliability_plot(bins: Sequence[Json], *, width: int) -> str:
    """How often answers are right against how sure they were; on the diagonal both agree.

    Args:
        bins: of ``evaluation/calibration.py``; a bin's mark is larger where it holds more rows.
        width: in pixels.
    """
    left, top, size = 44, 26, width - 64
    bottom = top + size
    across, upwards = Scale(0, 1, left, left + size), Scale(0, 1, bottom, top)
    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = across(tick), upwards(tick)
        parts.append(f'<line class="grid" x1="{left}" x2="{left + size}" y1="{y}" y2="{y}"/>')
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/>')
        parts.append(text(f"{tick:.0%}", left - 8, y + 4, css="tick", anchor="end"))
        parts.append(text(f"{tick:.0%}", x, bottom + 18, css="tick", anchor="middle"))
    parts.append(
        f'<line class="reference" x1="{left}" x2="{left + size}" y1="{bottom}" y2="{top}"/>'
    )
    parts.append(text("how sure", left + size / 2, bottom + 38, css="role", anchor="middle"))
    parts.append(text("right", 0, 12, css="role"))
    rows = sum(held["rows"] for held in bins)
    for held in bins:
        x, y = across(held["confidence"]), upwards(held["right"])
        radius = round(3 + 9 * (held["rows"] / rows) ** 0.5, 2)
        said = f"{held['rows']:,} rows: {held['confidence']:.1%} sure, {held['right']:.1%} right"
        parts.append(
            f'<g class="dot fine-tuned"><title>{escape(said)}</title>'
            f'<line class="range" x1="{x}" x2="{x}" y1="{y}" y2="{upwards(held["confidence"])}"/>'
            f'<circle cx="{x}" cy="{y}" r="{radius}"/></g>'
        )
    label = f"How often answers are right against how sure they were, of {rows:,} rows"
    return document(parts, width=width, height=bottom + 46, label=label)


def heat_map(confusion: Sequence[Sequence[int]], *, width: int) -> str:
    """Gold classes down, answers across, darker where more of the gold rows went.

    Args:
        confusion: (C, C) counts, rows gold.
        width: in pixels; cells share what the labels leave.
    """
    classes = len(confusion)
    left, right, top = 44, 14, 30
    cell = (width - left - right) / classes
    bottom = round(top + cell * classes, 2)
    # One path a shade, not one element a cell, keeps hundreds of classes small.
    shades: dict[int, list[str]] = {}
    for row, counts in enumerate(confusion):
        total = sum(counts)
        for column, found in enumerate(counts):
            if found:
                shades.setdefault(shade(found, total), []).append(f"M{column} {row}h1v1h-1z")
    parts = [
        f'<rect class="frame" x="{left}" y="{top}" width="{width - left - right}" '
        f'height="{round(bottom - top, 2)}"/>'
    ]
    parts.append(f'<g transform="translate({left} {top}) scale({round(cell, 4)})">')
    parts += [f'<path class="shade-{level}" d="{"".join(shades[level])}"/>' for level in shades]
    parts.append("</g>")
    step = next(step for step in (5, 10, 20, 25, 50, 100) if step * cell >= 24 or step == 100)
    for index in [1, *range(step, classes + 1, step)]:
        middle = round((index - 0.5) * cell, 2)
        parts.append(text(str(index), left + middle, top - 8, css="tick", anchor="middle"))
        parts.append(text(str(index), left - 6, top + middle + 4, css="tick", anchor="end"))
    parts.append(text("gold", 0, top - 8, css="role"))
    label = f"Confusion of {classes} classes, gold down and answers across, by class number"
    return document(parts, width=width, height=bottom + 10, label=label)


def shade(found: int, total: int) -> int:
    """Which of six shades a cell gets: 0 for none, then by its share of the gold rows."""
    if not found or not total:
        return 0
    part = found / total
    return 1 + sum(part > edge for edge in (0.05, 0.2, 0.4, 0.7))
