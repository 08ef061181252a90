"""What fine-tuning takes more than the best baseline, and what a point of the metric costs.

A *point* is a hundredth of the metric's largest value, 0.01 of an accuracy and 1 of a BLEU; of
the baseline's score where a metric has no largest value, such as bits per byte.
"""

from __future__ import annotations

from pipeline.contracts import ContenderResult, Json

UNITS = ("training_minutes", "milliseconds_a_row", "megabytes")


def weigh(
    fine_tuned: ContenderResult,
    baseline: ContenderResult,
    *,
    metric: str,
    ceiling: float | None,
    rows: int,
    worth_it: bool | None,
) -> Json:
    """The price of the fine-tuned model, as ``verdict.cost`` has it.

    Args:
        metric: the run's.
        ceiling: the metric's largest value, None where there is none.
        rows: N, the test rows.
        worth_it: what the verdict says.

    Returns:
        ``point``, in the metric's units; ``extra``, a number for each of ``UNITS``, below zero
        where the baseline takes more; and ``a_point``, the same divided by the points won. That
        is None unless it is worth it: a difference that may be none has no price.
    """
    ours, theirs = _costs(fine_tuned, rows), _costs(baseline, rows)
    extra = {unit: ours[unit] - theirs[unit] for unit in UNITS}
    point = 0.01 * (abs(baseline.scores[metric]) if ceiling is None else ceiling)
    points = abs(fine_tuned.scores[metric] - baseline.scores[metric]) / point if point else 0.0
    a_point = {unit: extra[unit] / points for unit in UNITS} if worth_it and points else None
    return {"point": point, "extra": extra, "a_point": a_point}


def _costs(contender: ContenderResult, rows: int) -> dict[str, float]:
    return {
        "training_minutes": contender.fit_seconds / 60,
        "milliseconds_a_row": contender.predict_seconds / rows * 1_000,
        "megabytes": contender.size_bytes / 1e6,
    }
