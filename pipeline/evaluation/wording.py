"""The verdict in words, and numbers as a person reads them."""

from __future__ import annotations

import math

from pipeline.contracts import ContenderResult
from pipeline.evaluation.significance import Paired, rows_needed

_OPENING = {True: "Worth it", False: "Not worth it", None: "Undecided"}


def sentence(
    worth_it: bool | None,
    fine_tuned: ContenderResult,
    baseline: ContenderResult,
    paired: Paired,
    *,
    metric: str,
    title: str,
    rows: int,
    detectable: float,
    enough: bool,
    confidence: float,
) -> str:
    """One sentence: who reaches what, how sure the difference is, and the cost on both sides.

    Args:
        worth_it: what the verdict says.
        fine_tuned: its result on the test rows.
        baseline: the result of the best baseline.
        paired: the difference of the two.
        metric: name of the metric in ``scores``.
        title: the metric as a sentence calls it.
        rows: N, the test rows.
        detectable: the smallest difference that these rows are likely to show.
        enough: whether enough rows tell the two apart for any test.
        confidence: of the interval.
    """
    digits = _decimals(paired, rows)
    parts = [
        f"{_OPENING[worth_it]}: {fine_tuned.name} reaches "
        f"{fine_tuned.scores[metric]:z.{digits}f} {title} against "
        f"{baseline.scores[metric]:z.{digits}f} for {baseline.name}, "
        "the best baseline on the validation rows"
    ]
    if paired.telling_rows:
        parts.append(
            f"the difference is {paired.difference:z.{digits}f}, its {100 * confidence:g}% "
            f"interval {paired.low:z.{digits}f} to {paired.high:z.{digits}f}"
        )
    if not enough:
        parts.append(_too_few(paired.telling_rows, rows))
    elif worth_it is None:
        parts.append(_power(paired.difference, detectable, rows, digits))
    parts.append(_cost(fine_tuned, baseline, rows))
    return "; ".join(parts) + "."


def seconds(value: float) -> str:
    """A duration: ``0.4 s``, ``48 s``, ``12 min``, ``2.5 h``."""
    if value < 0.05:
        return "under 0.1 s"
    if value < 9.95:
        return f"{value:.1f} s"
    if value < 120:
        return f"{value:.0f} s"
    if value < 7_170:
        return f"{value / 60:.0f} min"
    return f"{value / 3_600:.1f} h"


def size(count: int) -> str:
    """A number of bytes, in powers of 1,000: ``930 B``, ``1.4 MB``, ``93 MB``."""
    value, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 999.5:
            break
        value, unit = value / 1_000, larger
    return f"{value:.1f} {unit}" if unit != "B" and value < 9.95 else f"{value:.0f} {unit}"


def per_thousand_rows(total: float, rows: int) -> str:
    """Milliseconds for 1,000 rows, to three digits: ``60 ms``, ``1,450 ms``.

    Args:
        total: seconds for all rows.
        rows: how many these are.
    """
    milliseconds = total / rows * 1_000_000
    if milliseconds < 0.05:
        return "under 0.1 ms"
    if milliseconds < 9.95:
        return f"{milliseconds:.1f} ms"
    return f"{_significant(milliseconds, 3):,} ms"


def _decimals(paired: Paired, rows: int) -> int:
    """Decimals of a score: what the number of rows supports, more where a bound would read as 0."""
    shown = (paired.difference, paired.low, paired.high)
    digits = 2 if rows < 100 else 3
    while digits < 6 and any(value and round(value, digits) == 0 for value in shown):
        digits += 1
    return digits


def _too_few(telling: int, rows: int) -> str:
    if telling == 0:
        return f"none of the {rows:,} test rows tells the two apart"
    verb = "tells" if telling == 1 else "tell"
    return f"only {telling} of {rows:,} test rows {verb} the two apart, too few to decide"


def _power(difference: float, detectable: float, rows: int, digits: int) -> str:
    needed = rows_needed(difference, detectable=detectable, rows=rows)
    limit = f"{rows:,} test rows can tell only differences of {detectable:.{digits}f} or more"
    if needed is None or needed <= rows:
        return limit
    if needed > 1_000 * rows:
        return f"{limit}, and one so small would need over 1,000 times as many"
    return f"{limit}, and about {_significant(needed, 2):,} would be needed to tell this one"


def _cost(fine_tuned: ContenderResult, baseline: ContenderResult, rows: int) -> str:
    return (
        "the fine-tuned model takes "
        f"{seconds(fine_tuned.fit_seconds)} of training against {seconds(baseline.fit_seconds)}, "
        f"{size(fine_tuned.size_bytes)} against {size(baseline.size_bytes)} and "
        f"{per_thousand_rows(fine_tuned.predict_seconds, rows)} against "
        f"{per_thousand_rows(baseline.predict_seconds, rows)} per 1,000 rows"
    )


def _significant(value: float, digits: int) -> int:
    """A whole number with no more than so many digits that are not zero."""
    places = digits - 1 - math.floor(math.log10(value))
    return round(round(value, min(places, 0)))
