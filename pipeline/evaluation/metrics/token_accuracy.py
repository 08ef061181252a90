"""Share of words whose tag is right."""

import numpy as np

from pipeline.evaluation.metrics import _module
from pipeline.evaluation.metrics._module import mean
from pipeline.evaluation.text_forms import TAGS

title = "token accuracy"
higher_is_better = True
proportion = False
ceiling = 1.0
forms = (TAGS,)


class TokenAccuracy(_module.OverRows):
    """Share of the words of all rows whose tag is right.

    Words of one row hang together, so this is no share of independent throws: rows are
    resampled, not words.
    """


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: right words, words.

    Args:
        references: (N,) tuples of tags.
        answers: (N,) tuples of tags.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del classes
    rows = [
        (sum(map(str.__eq__, gold, answer)), len(gold))
        for gold, answer in zip(references, answers, strict=True)
    ]
    return np.array(rows, dtype=np.float64)


finish = mean
