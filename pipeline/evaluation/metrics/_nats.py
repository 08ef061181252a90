"""How surprising texts are, spread over what they are made of."""

from __future__ import annotations

import numpy as np

BYTES, WORDS = 0, 1
"""Columns of the references."""


def over(unit: int, references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: nats, and units.

    Args:
        unit: ``BYTES`` or ``WORDS``.
        references: (N, 2) UTF-8 bytes, and words with one for the end.
        answers: (N, 2) negative log-likelihood in nats with the end's, and tokens.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del classes
    return np.stack([answers[:, 0], references[:, unit]], axis=1)
