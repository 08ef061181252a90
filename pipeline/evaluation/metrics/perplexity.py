"""Among how many words the model hesitates: e to the mean nats a word."""

import functools

import numpy as np

from pipeline.evaluation.forms import LANGUAGE
from pipeline.evaluation.metrics import _module, _nats
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


statistics = functools.partial(_nats.over, _nats.WORDS)


def finish(totals: np.ndarray) -> np.ndarray:
    """Sums over rows (..., 2) to the metric's value (...)."""
    return exponential(mean(totals))
