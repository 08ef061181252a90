"""F2 over character n-grams of all rows, 0 to 100, the very numbers of sacrebleu."""

import numpy as np
from sacrebleu.metrics.chrf import CHRF

from pipeline.evaluation.metrics import _module, _sacrebleu
from pipeline.evaluation.metrics._module import ratio
from pipeline.evaluation.text_forms import TEXTS

title = "chrF"
higher_is_better = True
proportion = False
ceiling = 100.0
forms = (TEXTS,)

_BETA = 2
"""How many times recall weighs what precision does."""


class Chrf(_module.OverRows):
    """chrF2 over n-grams of 1 to 6 characters without spaces, with sacrebleu's defaults."""

    source = "Popovic 2015, W15-3049; Post 2018, W18-6319"


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: for each order the n-grams answered, gold and matching.

    With several references a row counts against the one that gives it the best chrF.

    Args:
        references: (N,) tuples of one right text or more.
        answers: (N,) texts.
        classes: not needed here.

    Returns:
        (N, 18) float64.
    """
    del classes
    return _sacrebleu.statistics(CHRF(), references, answers)


def finish(totals: np.ndarray) -> np.ndarray:
    """Sums over rows (..., 18) to the metric's value (...).

    Precision and recall are means over the orders that both sides have.

    Source: Popovic 2015 (W15-3049), section 2.
    """
    answered, gold, matches = (totals[..., first::3] for first in range(3))
    both = (answered > 0) & (gold > 0)
    orders = both.sum(axis=-1)
    precision, recall = (
        ratio((ratio(matches, side) * both).sum(axis=-1), orders) for side in (answered, gold)
    )
    return 100 * ratio((1 + _BETA**2) * precision * recall, _BETA**2 * precision + recall)
