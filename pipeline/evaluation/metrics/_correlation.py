"""Pearson's correlation from sums over rows."""

from __future__ import annotations

import numpy as np

from pipeline.evaluation.metrics._module import ratio

_ROUNDING = 1e-12
"""A spread below this share of the squares that it is the difference of is rounding."""


def moments(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(N, 6) float64: one, both values, their squares and their product.

    Values are taken from their median, which moves no correlation: squares of large values
    that differ by little would drown the difference. Unlike a mean, a median is the same to
    the last bit in any order of rows.

    Args:
        first: (N,) floats.
        second: (N,) floats.
    """
    x, y = first - np.median(first), second - np.median(second)
    return np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1)


def correlation(totals: np.ndarray) -> np.ndarray:
    """Sums of moments (..., 6) to the correlation (...); 0 where either side does not vary."""
    rows, x, y, xx, yy, xy = np.moveaxis(totals, -1, 0)
    spread_x, spread_y = rows * xx - x * x, rows * yy - y * y
    varies = (spread_x > _ROUNDING * rows * xx) & (spread_y > _ROUNDING * rows * yy)
    # Root by root: the product of both could pass what a float holds.
    scale = np.where(varies, np.sqrt(np.abs(spread_x)) * np.sqrt(np.abs(spread_y)), 0)
    return np.clip(ratio(rows * xy - x * y, scale), -1, 1)
