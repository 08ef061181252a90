"""Bits that a byte of the text takes when the model compresses it."""

import numpy as np

from pipeline.evaluation.forms import LANGUAGE
from pipeline.evaluation.metrics import _module
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


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: nats, and bytes.

    Args:
        references: (N, 2) UTF-8 bytes, and words with one for the end.
        answers: (N, 2) negative log-likelihood in nats with the end's, and tokens.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del classes
    return np.stack([answers[:, 0], references[:, 0]], axis=1)


def finish(totals: np.ndarray) -> np.ndarray:
    """Sums over rows (..., 2) to the metric's value (...)."""
    return mean(totals) / np.log(2)
