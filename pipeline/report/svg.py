"""Pieces of SVG that plots are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup, escape

from pipeline.report.axes import Scale, text_width, tick_words

SMALL, NORMAL = 12, 13
"""Font sizes in pixels."""


def horizontal_axis(
    scale: Scale, *, top: float, bottom: float, title: str, plus: bool = False, whole: bool = False
) -> list[str]:
    """A line with ticks and a title below it, and grid lines up to ``top``."""
    ticks, words = _readable_ticks(scale)
    if whole:
        ticks = [tick for tick in ticks if tick == int(tick)]
        words = tick_words(ticks)
    parts = [
        f'<line class="axis" x1="{scale.first}" x2="{scale.last}" y1="{bottom}" y2="{bottom}"/>'
    ]
    for tick, word in zip(ticks, words, strict=True):
        x = scale(tick)
        if top != bottom:
            parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/>')
        parts.append(f'<line class="axis" x1="{x}" x2="{x}" y1="{bottom}" y2="{bottom + 4}"/>')
        shown = f"+{word}" if plus and tick > 0 else word
        parts.append(text(shown, x, bottom + 18, css="tick", anchor="middle"))
    parts.append(
        text(title, (scale.first + scale.last) / 2, bottom + 38, css="role", anchor="middle")
    )
    return parts


def _readable_ticks(scale: Scale) -> tuple[list[float], list[str]]:
    """As many ticks as fit without their labels touching."""
    for pixels in range(44, 240, 8):
        ticks = scale.ticks(pixels=pixels)
        words = tick_words(ticks)
        gap = abs(scale(ticks[1]) - scale(ticks[0])) if len(ticks) > 1 else math.inf
        if gap >= max((text_width(f"+{word}", SMALL) for word in words), default=0) + 8:
            break
    return ticks, words


def text(words: str, x: float, y: float, *, css: str, anchor: str = "start") -> str:
    """A text at a point, escaped; nothing where there are no words."""
    if not words:
        return ""
    return (
        f'<text class="{css}" x="{round(x, 2)}" y="{round(y, 2)}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def document(parts: Sequence[str], *, width: float, height: float, label: str) -> str:
    """The whole drawing, with what it shows in words for those who cannot see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(label)}" '
        f'viewBox="0 0 {width} {round(height, 2)}" width="{width}" height="{round(height, 2)}">'
        f"<title>{escape(label)}</title>{''.join(parts)}</svg>"
    )


def inline(svg: str) -> Markup:
    """Let a template take a plot as it is; its texts are escaped already."""
    return Markup(svg)  # noqa: S704
