"""Among how many tokens the model hesitates: e to the mean nats a masked token."""

import numpy as np

from pipeline.evaluation.forms import MASKED
from pipeline.evaluation.metrics import _module
from pipeline.evaluation.metrics._module import exponential, mean

title = "perplexity of masked tokens"
higher_is_better = False
proportion = False
ceiling = None
forms = (MASKED,)


class MaskedPerplexity(_module.OverRows):
    """Perplexity per masked token.

    It compares models that share tokenizer and masking alone.
    """


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: nats, and masked tokens.

    Args:
        references: (N, 1) ones.
        answers: (N, 3) right tokens, nats of the masked tokens, masked tokens.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del classes
    del references
    return answers[:, [1, 2]]


def finish(totals: np.ndarray) -> np.ndarray:
    """Sums over rows (..., 2) to the metric's value (...)."""
    return exponential(mean(totals))
