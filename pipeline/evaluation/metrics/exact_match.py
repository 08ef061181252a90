"""Share of questions that are answered in the very words."""

import numpy as np

from pipeline.evaluation.metrics import _module, _squad
from pipeline.evaluation.metrics._module import mean
from pipeline.evaluation.text_forms import SPANS

title = "exact match"
higher_is_better = True
proportion = True
ceiling = 1.0
forms = (SPANS,)


class ExactMatch(_module.OverRows):
    """Share of answers that are the same as an acceptable one, as SQuAD normalises them."""

    source = "Rajpurkar et al. 2016, D16-1264; 2018, P18-2124"


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: right or not, and one row.

    Args:
        references: (N,) tuples of acceptable answers.
        answers: (N,) texts, "" for none.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del classes
    return _squad.best(references, answers, _squad.exact)


finish = mean
