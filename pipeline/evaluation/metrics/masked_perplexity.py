"""Among how many tokens the model hesitates: e to the mean nats a masked token."""

import functools

import numpy as np

from pipeline.evaluation.forms import MASKED
from pipeline.evaluation.metrics import _masked, _module
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


statistics = functools.partial(_masked.statistics, _masked.NATS)


def finish(totals: np.ndarray) -> np.ndarray:
    """Sums over rows (..., 2) to the metric's value (...)."""
    return exponential(mean(totals))
