"""Pearson's correlation from sums over rows."""

from __future__ import annotations

import numpy as np

from pipeline.evaluation.metrics._module import ratio

_ROUNDING = 1e-12
"""A spread below this share of the squares that it is the difference of is rounding."""


def moments(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(N, 6) float64: one, both values, their squares and their product.

    Values are taken from their median and divided by their spread, which moves no correlation.
    Squares of large values that differ by little would drown the difference; and where answers
    of two contenders are swapped, those of the one on the larger scale would drown the other's.

    Args:
        first: (N,) floats.
        second: (N,) floats.
    """
    x, y = _standardised(first), _standardised(second)
    return np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1)


def _standardised(values: np.ndarray) -> np.ndarray:
    """The same to the last bit in any order of rows; zeros where all are alike."""
    x = values - np.median(values)
    largest = np.abs(x).max()
    if not largest:
        return x
    # First by the largest: the square of a value could pass what a float holds.
    x = x / largest
    return x / np.sort(x).std()


def correlation(totals: np.ndarray) -> np.ndarray:
    """Sums of moments (..., 6) to the correlation (...); 0 where either side does not vary."""
    rows, x, y, xx, yy, xy = np.moveaxis(totals, -1, 0)
    spread_x, spread_y = rows * xx - x * x, rows * yy - y * y
    varies = (spread_x > _ROUNDING * rows * xx) & (spread_y > _ROUNDING * rows * yy)
    # Root by root: the product of both could pass what a float holds.
    scale = np.where(varies, np.sqrt(np.abs(spread_x)) * np.sqrt(np.abs(spread_y)), 0)
    return np.clip(ratio(rows * xy - x * y, scale), -1, 1)
