"""A learning curve as a drawing that stands alone, and as a page."""

from __future__ import annotations

from pipeline.contracts import Json
from pipeline.report import log_plots, svg
from pipeline.report.environment import environment
from pipeline.report.figures import NARROW, WIDE

_ALONE = """
svg{background:#fdfdfb;font-family:system-ui,sans-serif}text{font-size:12px;fill:#585f68}
.line-name{font-size:13px;fill:currentColor;font-weight:600}
.grid{stroke:#e9e8e2}.axis{stroke:#585f68}
.zero{stroke:#1d2126;stroke-dasharray:3 3}.line{fill:none;stroke:currentColor;stroke-width:2.25}
circle{fill:currentColor}.wash{fill:currentColor;fill-opacity:.13}
.ours{color:#0a5fa8}.theirs{color:#a84c00}.h2{color:#3f8f4f}.h3{color:#9a5fb0}.h4{color:#b08400}
.h5{color:#70767e}
@media(prefers-color-scheme:dark){svg{background:#15181c}text{fill:#a2a9b1}
.grid{stroke:#282d33}.axis{stroke:#a2a9b1}.zero{stroke:#e6e7e4}.ours{color:#74b6ee}
.theirs{color:#efa05c}}
""".replace("\n", "")
"""The page's own colours, for a drawing without a page."""


def drawing(curve: Json) -> str:
    """``curve.svg``.

    Args:
        curve: what stands in ``curve.json``.
    """
    return _plot(curve, WIDE, style=_ALONE)


def render(curve: Json) -> str:
    """The page: the sentence, the curve, and a table of all points.

    Args:
        curve: what stands in ``curve.json``.
    """
    return (
        environment()
        .get_template("curve.html.j2")
        .render(
            curve=curve,
            names=_names(curve),
            plots=[svg.inline(_plot(curve, width)) for width in (WIDE, NARROW)],
        )
    )


def _names(curve: Json) -> list[str]:
    return [one["name"] for one in curve["points"][0]["contenders"]]


def _plot(curve: Json, width: int, *, style: str = "") -> str:
    metric = curve["metric"]
    lines = []
    for number, name in enumerate(_names(curve)):
        scores = [(point["rows"], point["contenders"][number]) for point in curve["points"]]
        lines.append(
            log_plots.Line(
                name,
                [(rows, one["scores"][metric], *one["interval"]) for rows, one in scores],
            )
        )
    return log_plots.curves(
        lines,
        metric=curve["title"],
        width=width,
        crossing=curve["crossing"]["rows"],
        style=style,
    )
