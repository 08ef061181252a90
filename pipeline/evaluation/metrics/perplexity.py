"""Among how many words the model hesitates: e to the mean nats a word."""

import numpy as np

from pipeline.evaluation.forms import LANGUAGE
from pipeline.evaluation.metrics import _module
from pipeline.evaluation.metrics._module import exponential, mean

title = "perplexity per word"
higher_is_better = False
proportion = False
ceiling = None
forms = (LANGUAGE,)


class Perplexity(_module.OverRows):
    """Perplexity per word between spaces, each row's end a word more.

    Not per token: tokens of another tokenizer are others, and their perplexities do not
    compare. Where text has no spaces, read bits per byte instead.
    """


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: nats, and words.

    Args:
        references: (N, 2) UTF-8 bytes, and words with one for the end.
        answers: (N, 2) negative log-likelihood in nats with the end's, and tokens.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del classes
    return np.stack([answers[:, 0], references[:, 1]], axis=1)


def finish(totals: np.ndarray) -> np.ndarray:
    """Sums over rows (..., 2) to the metric's value (...)."""
    return exponential(mean(totals))
