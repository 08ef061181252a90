"""The verdict in words, and numbers as a person reads them."""

from __future__ import annotations

import math

from pipeline.contracts import ContenderResult, Json
from pipeline.evaluation import power
from pipeline.evaluation.comparison import Comparison
from pipeline.evaluation.significance import Paired
from pipeline.evaluation.spec import EvaluationSpec

_OPENING = {True: "Worth it", False: "Not worth it", None: "Undecided"}


def sentence(
    found: Comparison,
    fine_tuned: ContenderResult,
    baseline: ContenderResult,
    *,
    metric: str,
    title: str,
    rows: int,
    grouped: bool,
    spec: EvaluationSpec,
    cost: Json,
) -> str:
    """One sentence: who reaches what, how sure the difference is, and the cost on both sides.

    Args:
        found: the fine-tuned model against the baseline.
        fine_tuned: its result on the test rows.
        baseline: the result of the best baseline.
        metric: name of the metric in ``scores``.
        title: the metric as a sentence calls it.
        rows: N, the test rows.
        grouped: rows that hang together were counted as one.
        spec: for the confidence and the difference that is wanted.
        cost: as ``cost.weigh`` gives it.
    """
    paired = found.paired
    ours, theirs = fine_tuned.scores[metric], baseline.scores[metric]
    digits = _decimals(paired, rows, largest=max(abs(ours), abs(theirs)))
    parts = [
        f"{_OPENING[found.better]}: {fine_tuned.name} reaches {_score(ours, digits)} {title}"
        f"{_seeds(fine_tuned, metric, digits)} against "
        f"{_score(theirs, digits)} for {baseline.name}{_seeds(baseline, metric, digits)}, "
        "the best baseline on the validation rows"
    ]
    if paired.telling_rows:
        parts.append(
            f"the difference is {_score(paired.difference, digits)}, its {100 * spec.confidence:g}%"
            f" interval {_score(paired.low, digits)} to {_score(paired.high, digits)}"
        )
    if not found.enough:
        parts.append(_too_few(found, spec.confidence, grouped))
    elif found.better is None:
        parts.append(_power(found, rows, grouped, digits, spec.wanted_difference))
    parts += _against_wanted(found, spec.wanted_difference)
    parts.append(_cost(fine_tuned, baseline, rows))
    parts += _price(cost)
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


def _seeds(contender: ContenderResult, metric: str, digits: int) -> str:
    """How far the seeds lie apart, in brackets."""
    spread = contender.spread(metric)
    if spread is None:
        return ""
    low, high = (_score(score, digits) for score in spread)
    return f" (mean of {len(contender.seeds)} seeds, {low} to {high})"


def _too_few(found: Comparison, confidence: float, grouped: bool) -> str:
    telling, units = found.paired.telling_rows, found.units
    kind = "groups of test rows" if grouped else "test rows"
    least = power.least_telling_rows(confidence)
    if units < least:
        return f"{units:,} {kind} can decide nothing, whatever is answered: give {least} at least"
    if telling == 0:
        return f"none of the {units:,} {kind} tells the two apart, and it takes {least} that do"
    verb = "tells" if telling == 1 else "tell"
    needed = _significant(math.ceil(least / telling * units), 2)
    return (
        f"only {telling} of {units:,} {kind} {verb} the two apart, too few to decide: it takes"
        f" {least}, as about {needed:,} such rows would hold"
    )


def _power(found: Comparison, rows: int, grouped: bool, digits: int, wanted: float | None) -> str:
    if found.paired.low > 0 or found.paired.high < 0:
        return f"the test does not agree with the interval (p = {found.p_value:.2g})"
    needed = found.rows_needed
    among = f" in {found.units:,} groups" if grouped else ""
    limit = (
        f"{rows:,} test rows{among} can tell only differences of"
        f" {_score(found.detectable, digits)} or more"
    )
    one = "this one" if wanted is None else f"the wanted {wanted:g}"
    if needed is None:
        if not found.paired.seed_error or not (wanted or found.paired.difference):
            return limit
        return f"{limit}, and with so few seeds no number of rows would tell {one}"
    if needed <= rows:
        return limit
    if needed > 1_000 * rows:
        return f"{limit}, and one so small would need over 1,000 times as many"
    return f"{limit}, and about {_significant(needed, 2):,} would be needed to tell {one}"


def _against_wanted(found: Comparison, wanted: float | None) -> list[str]:
    """Whether the whole interval lies on one side of the difference that matters."""
    paired = found.paired
    if wanted is None or not found.enough:
        return []
    if max(abs(paired.low), abs(paired.high)) < wanted:
        return [f"whichever way it goes, it is smaller than the wanted {wanted:g}"]
    if found.better and min(abs(paired.low), abs(paired.high)) >= wanted:
        return [f"all of the interval is beyond the wanted {wanted:g}"]
    return []


def _cost(fine_tuned: ContenderResult, baseline: ContenderResult, rows: int) -> str:
    return (
        "the fine-tuned model takes "
        f"{seconds(fine_tuned.fit_seconds)} of training against {seconds(baseline.fit_seconds)}, "
        f"{size(fine_tuned.size_bytes)} against {size(baseline.size_bytes)} and "
        f"{per_thousand_rows(fine_tuned.predict_seconds, rows)} against "
        f"{per_thousand_rows(baseline.predict_seconds, rows)} per 1,000 rows"
    )


def _price(cost: Json) -> list[str]:
    """What a point of the metric costs, where it was won; only what fine-tuning takes more."""
    a_point = cost["a_point"]
    if a_point is None:
        return []
    prices = [
        (a_point["training_minutes"], f"{seconds(60 * a_point['training_minutes'])} of training"),
        (a_point["milliseconds_a_row"], f"{_brief(a_point['milliseconds_a_row'])} ms a row"),
        (a_point["megabytes"], size(round(1e6 * a_point["megabytes"]))),
    ]
    taken = [words for value, words in prices if value > 0]
    if not taken:
        return [f"a point ({_brief(cost['point'])}) costs nothing more"]
    listed = taken[0] if len(taken) == 1 else f"{', '.join(taken[:-1])} and {taken[-1]}"
    return [f"a point ({_brief(cost['point'])}) costs {listed}"]


def _brief(value: float) -> str:
    """Two significant digits, never in powers of ten."""
    if value >= 1:
        return f"{_significant(value, 2):,}" if value >= 10 else f"{value:.2g}"
    return f"{value:.{1 - math.floor(math.log10(value))}f}".rstrip("0") if value > 0 else "0"


def _significant(value: float, digits: int) -> int:
    """A whole number with no more than so many digits that are not zero."""
    places = digits - 1 - math.floor(math.log10(value))
    return round(round(value, min(places, 0)))
