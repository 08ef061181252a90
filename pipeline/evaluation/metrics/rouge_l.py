"""Mean F1 of the longest common subsequence of words with the best reference, 0 to 1."""

import numpy as np

from pipeline.evaluation.metrics import _module, _rouge
from pipeline.evaluation.metrics._module import mean
from pipeline.evaluation.text_forms import TEXTS

title = "ROUGE-L"
higher_is_better = True
proportion = False
ceiling = 1.0
forms = (TEXTS,)


class RougeL(_module.OverRows):
    """ROUGE-L of each row against its best reference, without stemming; words as in ``_rouge``."""

    source = "Lin 2004, W04-1013"


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: the best F1, and one row.

    Args:
        references: (N,) tuples of one right text or more.
        answers: (N,) texts.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del classes
    return _rouge.best("rougeL", references, answers)


finish = mean
