"""From which probability on is a label answered? Chosen per label on validation rows.

Each metric here is, over its thresholds, a sum of what each answered label of a row gains. An
F1 is a ratio of two such sums; the largest ratio is found by maximising the difference
``2 TP - ratio * (answered + gold)`` again and again, with the ratio found so far
(Dinkelbach 1967, "On nonlinear fractional programming"), so that micro-F1 and macro-F1 are
as large as thresholds can make them.

Shapes: N rows, C labels.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

UNTUNED = 0.5
"""Where nothing speaks for another one."""

_ROUNDS = 20


def decide(scores: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """(N, C) int64, 1 where a label's probability reaches its threshold.

    Args:
        scores: (N, C) probabilities.
        thresholds: (C,).
    """
    return (scores >= thresholds).astype(np.int64)


def choose(scores: np.ndarray, references: np.ndarray, *, metric: str) -> np.ndarray:
    """(C,) float64 thresholds under which the metric is largest on these rows.

    Of equally good ones, that nearest to one half. ``subset_accuracy``, in which labels hang
    together, is improved a label at a time and may end in a local optimum.

    Args:
        scores: (N, C) probabilities.
        references: (N, C) zeros and ones.
        metric: ``micro_f1``, ``macro_f1`` or ``subset_accuracy``.
    """
    search = {"micro_f1": _micro_f1, "macro_f1": _macro_f1, "subset_accuracy": _subset_accuracy}
    return search[metric](scores.astype(np.float64), references)


def _micro_f1(scores: np.ndarray, references: np.ndarray) -> np.ndarray:
    return _largest_ratio(scores, references, lambda counts: counts.sum(axis=1, keepdims=True))


def _macro_f1(scores: np.ndarray, references: np.ndarray) -> np.ndarray:
    return _largest_ratio(scores, references, lambda counts: counts)


def _largest_ratio(
    scores: np.ndarray, references: np.ndarray, pooled: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Thresholds of the largest F1: of each label, or of the labels that are pooled.

    Args:
        pooled: (2, C) counts to those from which each F1 is computed, (2, C) or (2, 1).
    """
    thresholds = np.full(scores.shape[1], UNTUNED)
    ratio = np.full(scores.shape[1], -1.0)
    for _ in range(_ROUNDS):
        answered = decide(scores, thresholds)
        hits = 2.0 * (answered * references).sum(axis=0)
        either = (answered + references).sum(axis=0)
        twice, both = pooled(np.stack([hits, either]))
        now = np.broadcast_to(twice / np.maximum(both, 1), ratio.shape)
        if (now <= ratio).all():
            break
        ratio = now
        thresholds = _cuts(scores, 2 * references - ratio)
    return thresholds


def _subset_accuracy(scores: np.ndarray, references: np.ndarray) -> np.ndarray:
    thresholds = _micro_f1(scores, references)
    for _ in range(_ROUNDS):
        before = thresholds.copy()
        for label in range(scores.shape[1]):
            right = decide(scores, thresholds) == references
            right[:, label] = True
            # A row counts where all other labels are right and this one is as well.
            gains = right.all(axis=1) * (2 * references[:, label] - 1)
            thresholds[label] = _cut(scores[:, label], gains, now=thresholds[label])
        if (before == thresholds).all():
            break
    return thresholds


def _cuts(scores: np.ndarray, gains: np.ndarray) -> np.ndarray:
    return np.asarray(
        [_cut(column, gain, now=UNTUNED) for column, gain in zip(scores.T, gains.T, strict=True)]
    )


def _cut(scores: np.ndarray, gains: np.ndarray, *, now: float) -> float:
    """The threshold that collects most: halfway between two neighbouring probabilities.

    Args:
        scores: (N,) probabilities of one label.
        gains: (N,) what answering the label gains in each row.
        now: kept where nothing collects more; else the nearest to one half is taken.
    """
    order = np.argsort(-scores, kind="stable")
    edges = np.concatenate([[1.0], scores[order], [0.0]])
    totals = np.concatenate([[0.0], np.cumsum(gains[order])])
    # Rows of the same probability are answered alike.
    possible = np.flatnonzero(edges[:-1] > edges[1:])
    best = totals[possible].max()
    if gains[scores >= now].sum() >= best - 1e-9:
        return now
    between = (edges[:-1] + edges[1:]) / 2
    equal = between[possible[totals[possible] >= best - 1e-9]]
    return float(equal[np.abs(equal - UNTUNED).argmin()])
