"""``report.html``: one page that says whether the transfer was worth it, and why.

It is one file with its styles and plots inside, asks nothing of the network and
shows only what ``result.json``, the log, the predictions and the recipe say.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from pipeline.contracts import ContenderResult, Json
from pipeline.report import disagreements, figures, prices, seeds
from pipeline.report.environment import environment
from pipeline.report.run_files import RunFiles, read
from pipeline.storage import write_text

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
            contenders=files.ranked,
            other_metrics=other_metrics(files),
            rank_plot=figures.scores(files),
            difference_plot=figures.difference(files),
            curves=figures.curves(files),
            seeds=seeds.find(files),
            prices=prices.table(files),
            cost_plots=figures.costs(files),
            confusion=figures.confusion(files),
            mistakes=_mistakes(files),
            calibration=figures.calibration(files),
            per_class=per_class(files.fine_tuned),
            rows=_disagreements(files),
            sure_mistakes=_sure_mistakes(files),
            script=_script(),
            recipe=files.recipe,
        )
    )


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


def _mistakes(files: RunFiles) -> Json | None:
    """Kinds of mistakes down, contenders across, the best first."""
    known = [each for each in files.ranked if "mistakes" in each.details]
    if not known:
        return None
    counts = [{row["kind"]: row["found"] for row in each.details["mistakes"]} for each in known]
    kinds = dict.fromkeys(kind for each in counts for kind in each)
    return {
        "names": [each.name for each in known],
        "rows": [(kind, [each.get(kind, 0) for each in counts]) for kind in kinds],
    }


def _sure_mistakes(files: RunFiles) -> Sequence[disagreements.Mistake]:
    ours = files.fine_tuned
    if not files.predictions or not ours or not files.result.model.get("exact", True):
        return ()
    return disagreements.sure_mistakes(files.predictions, ours.name)


@functools.cache
def _script() -> tuple[Markup, str]:
    """The script that filters rows, and the hash that the page's policy lets it run by."""
    text = (Path(__file__).parent / "templates" / "report.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"sha256-{digest}"  # noqa: S704


def _disagreements(files: RunFiles) -> disagreements.Disagreements | None:
    ours, theirs = files.fine_tuned, files.best_baseline
    if not files.predictions or not ours or not theirs:
        return None
    exact = bool(files.result.model.get("exact", True))
    return disagreements.find(files.predictions, ours.name, theirs.name, exact=exact)
