"""BLEU over all rows, 0 to 100, the very numbers of sacrebleu."""

import numpy as np
from sacrebleu.metrics.bleu import BLEU

from pipeline.evaluation.metrics import _module, _sacrebleu
from pipeline.evaluation.metrics._module import ratio
from pipeline.evaluation.text_forms import TEXTS

title = "BLEU"
higher_is_better = True
proportion = False
ceiling = 100.0
forms = (TEXTS,)


class Bleu(_module.OverRows):
    """Corpus BLEU of order 4 with sacrebleu's defaults: tokens as 13a, exponential smoothing.

    13a splits European text; a language without spaces is one token from space to space, and
    chrF says more there.
    """

    source = "Papineni et al. 2002, P02-1040; Post 2018, W18-6319"


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: lengths, n-grams that match, n-grams answered.

    Args:
        references: (N,) tuples of one right text or more.
        answers: (N,) texts.
        classes: not needed here.

    Returns:
        (N, 10) float64.
    """
    del classes
    # Smoothing comes when sums are finished; ``force`` silences a warning about tokens.
    return _sacrebleu.statistics(BLEU(force=True), references, answers)


def finish(totals: np.ndarray) -> np.ndarray:
    """Sums over rows (..., 10) to the metric's value (...).

    An order of which nothing matches counts as half a match, the next as a quarter, and so
    on; with no answered n-gram of some order, or no match at all, BLEU is 0.

    Source: Papineni et al. 2002 (P02-1040), section 2.3; Chen and Cherry 2014 (W14-3346),
    method 3, for the smoothing.
    """
    answered_words, gold_words = totals[..., 0], totals[..., 1]
    matches, answered = totals[..., 2:6], totals[..., 6:10]
    missing = matches == 0
    smoothed = np.where(missing, 0.5 ** missing.cumsum(axis=-1), matches)
    defined = np.asarray(matches.any(axis=-1) & (answered > 0).all(axis=-1))
    precisions = np.where(defined[..., None], ratio(smoothed, answered), 1)
    mean_log = np.log(precisions).mean(axis=-1)
    shortfall = np.minimum(1 - ratio(gold_words, answered_words), 0)
    return np.where(defined, 100 * np.exp(shortfall + mean_log), 0.0)
