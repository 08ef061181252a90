"""Bits that a byte of the text takes when the model compresses it."""

import functools

import numpy as np

from pipeline.evaluation.forms import LANGUAGE
from pipeline.evaluation.metrics import _module, _nats
from pipeline.evaluation.metrics._module import mean

title = "bits per byte"
higher_is_better = False
proportion = False
ceiling = None
forms = (LANGUAGE,)


class BitsPerByte(_module.OverRows):
    """Negative log-likelihood in bits over the bytes of the text in UTF-8.

    It does not depend on how a tokenizer cuts the text, so that models compare.
    """


statistics = functools.partial(_nats.over, _nats.BYTES)


def finish(totals: np.ndarray) -> np.ndarray:
    """Sums over rows (..., 2) to the metric's value (...)."""
    return mean(totals) / np.log(2)
