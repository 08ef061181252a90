"""Share of masked tokens that the model fills in right."""

import numpy as np

from pipeline.evaluation.forms import MASKED
from pipeline.evaluation.metrics import _module
from pipeline.evaluation.metrics._module import mean

title = "accuracy on masked tokens"
higher_is_better = True
proportion = False
ceiling = 1.0
forms = (MASKED,)


class MaskedAccuracy(_module.OverRows):
    """Share of the masked tokens of all rows that the model fills in right."""


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: right tokens, and masked tokens.

    Args:
        references: (N, 1) ones.
        answers: (N, 3) right tokens, nats of the masked tokens, masked tokens.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del classes
    del references
    return answers[:, [0, 2]]


finish = mean
