"""Mean of the words that answers share with the best acceptable answer, as F1."""

import numpy as np

from pipeline.evaluation.metrics import _module, _squad
from pipeline.evaluation.metrics._module import mean
from pipeline.evaluation.text_forms import SPANS

title = "answer F1"
higher_is_better = True
proportion = False
ceiling = 1.0
forms = (SPANS,)


class AnswerF1(_module.OverRows):
    """F1 over words, as SQuAD normalises them; words are what stands between spaces."""

    source = "Rajpurkar et al. 2016, D16-1264; 2018, P18-2124"


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: the best F1, and one row.

    Args:
        references: (N,) tuples of acceptable answers.
        answers: (N,) texts, "" for none.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del classes
    return _squad.best(references, answers, _squad.overlap)


finish = mean
