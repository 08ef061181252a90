"""How masked tokens are told, spread over all of them."""

from __future__ import annotations

import numpy as np

RIGHT, NATS, _TOKENS = 0, 1, 2
"""Columns of the answers."""


def statistics(told: int, references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: right tokens or nats, and masked tokens.

    Args:
        told: ``RIGHT`` or ``NATS``.
        references: (N, 1) ones.
        answers: (N, 3) right tokens, nats of the masked tokens, masked tokens.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del references, classes
    return answers[:, [told, _TOKENS]]
