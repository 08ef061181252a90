"""F1 from counts of what is right, what was answered and what is gold."""

from __future__ import annotations

import numpy as np

from pipeline.evaluation.metrics._module import ratio


def f1(totals: np.ndarray) -> np.ndarray:
    """Sums (..., 3) of right, answered and gold to their F1 (...); 0 where there is neither.

    F1 is the harmonic mean of precision and recall, which is twice the right ones over all
    that are answered or gold.
    """
    return ratio(2 * totals[..., 0], totals[..., 1] + totals[..., 2])
