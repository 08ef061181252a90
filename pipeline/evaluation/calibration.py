"""Whether a contender's probabilities can be taken at their word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.contracts import Json

if TYPE_CHECKING:
    import numpy as np

BINS = 10
THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


def report(gold: np.ndarray, scores: np.ndarray) -> Json:
    """Reliability, calibration error, and what an answer only above a threshold would bring.

    Args:
        gold: (N,) class ids.
        scores: (N, C) class probabilities.

    Returns:
        ``ece``, the expected calibration error over bins of equal width, weighted by their rows
        (Guo et al. 2017, section 2); ``bins``, those that hold rows, each with ``low``, ``high``,
        ``rows``, mean ``confidence`` and share ``right``; ``thresholds``, each with the ``share``
        of rows whose answer is at least so sure and the share of these that is ``right``, None
        where there are none.
    """
    import numpy as np

    confidence = scores.max(axis=1).astype(np.float64)
    right = scores.argmax(axis=1) == gold
    number = np.clip((confidence * BINS).astype(np.int64), 0, BINS - 1)
    bins = []
    error = 0.0
    for index in np.unique(number):
        held = number == index
        mean, share = float(confidence[held].mean()), float(right[held].mean())
        error += abs(mean - share) * float(held.mean())
        bins.append(
            {"low": int(index) / BINS, "high": (int(index) + 1) / BINS, "rows": int(held.sum()),
             "confidence": round(mean, 6), "right": round(share, 6)}
        )  # fmt: skip
    return {
        "ece": round(error, 6),
        "bins": bins,
        "thresholds": [_above(threshold, confidence, right) for threshold in THRESHOLDS],
    }


def _above(threshold: float, confidence: Any, right: Any) -> Json:
    sure = confidence >= threshold
    return {
        "threshold": threshold,
        "share": round(float(sure.mean()), 6),
        "right": round(float(right[sure].mean()), 6) if sure.any() else None,
    }


def tells(gold: np.ndarray, scores: np.ndarray | None) -> bool:
    """Can it be said of these? One class a row, and a probability of each class."""
    return (
        scores is not None
        and gold.ndim == 1
        and gold.dtype.kind in "iu"
        and scores.ndim == 2
        and len(gold) == len(scores) > 0
    )
