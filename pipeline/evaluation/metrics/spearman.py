"""How far answers put rows into the gold order: 1 perfect, 0 not at all."""

import numpy as np
from scipy.stats import rankdata

from pipeline.evaluation.forms import NUMBERS
from pipeline.evaluation.metrics import _correlation, _module

title = "Spearman correlation"
higher_is_better = True
proportion = False
ceiling = 1.0
forms = (NUMBERS,)


class Spearman(_module.OverRows):
    """Pearson's correlation of the ranks of answers and gold; equal values share their mean rank.

    Zero where either is the same in all rows: such answers order nothing.
    """

    source = "Spearman 1904, American Journal of Psychology 15, 72-101"


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: the moments of both ranks.

    Ranks are those among the rows given here. The bootstrap keeps them: a resample weighs
    rows, and does not rank its own anew. With many rows a rank in a resample differs little
    from the rank in all of them, so that the interval is right up to that difference.

    Args:
        references: (N,) gold numbers.
        answers: (N,) numbers.
        classes: not needed here.

    Returns:
        (N, 6) float64.
    """
    del classes
    return _correlation.moments(rankdata(references), rankdata(answers))


finish = _correlation.correlation
