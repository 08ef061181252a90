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
    groups: int | None = None,
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
        groups: G, where rows that hang together are counted as one; else None.
    """
    ours, theirs = fine_tuned.scores[metric], baseline.scores[metric]
    digits = _decimals(paired, rows, largest=max(abs(ours), abs(theirs)))
    parts = [
        f"{_OPENING[worth_it]}: {fine_tuned.name} reaches {_score(ours, digits)} {title} against "
        f"{_score(theirs, digits)} for {baseline.name}, "
        "the best baseline on the validation rows"
    ]
    if paired.telling_rows:
        parts.append(
            f"the difference is {_score(paired.difference, digits)}, its {100 * confidence:g}% "
            f"interval {_score(paired.low, digits)} to {_score(paired.high, digits)}"
        )
    if not enough:
        units = f"{rows:,} test rows" if groups is None else f"{groups:,} groups of test rows"
        parts.append(_too_few(paired.telling_rows, units))
    elif worth_it is None:
        parts.append(_power(paired.difference, detectable, rows, groups, digits))
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


def _score(value: float, digits: int) -> str:
    """A score or a difference; beyond a million its size is all there is to say."""
    return f"{value:z.{digits}f}" if abs(value) < 1_000_000 else f"{value:.2e}"


def _decimals(paired: Paired, rows: int, *, largest: float) -> int:
    """Decimals of a score: what the number of rows supports, more where a bound would read as 0.

    Args:
        paired: the difference and its bounds.
        rows: N.
        largest: of the two scores; above 1, each digit before the point is one less behind it.
    """
    shown = (paired.difference, paired.low, paired.high)
    digits = 2 if rows < 100 else 3
    if largest > 1:
        digits = max(0, digits - 1 - math.floor(math.log10(largest)))
    while digits < 6 and any(value and round(value, digits) == 0 for value in shown):
        digits += 1
    return digits


def _too_few(telling: int, units: str) -> str:
    if telling == 0:
        return f"none of the {units} tells the two apart"
    verb = "tells" if telling == 1 else "tell"
    return f"only {telling} of {units} {verb} the two apart, too few to decide"


def _power(difference: float, detectable: float, rows: int, groups: int | None, digits: int) -> str:
    needed = rows_needed(difference, detectable=detectable, rows=rows)
    among = "" if groups is None else f" in {groups:,} groups"
    limit = (
        f"{rows:,} test rows{among} can tell only differences of {_score(detectable, digits)} "
        "or more"
    )
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
