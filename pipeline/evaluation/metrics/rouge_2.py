"""Mean F1 of the pairs of words that answers share with the best reference, 0 to 1."""

import functools

from pipeline.evaluation.metrics import _module, _rouge
from pipeline.evaluation.metrics._module import mean
from pipeline.evaluation.text_forms import TEXTS

title = "ROUGE-2"
higher_is_better = True
proportion = False
ceiling = 1.0
forms = (TEXTS,)


class Rouge2(_module.OverRows):
    """ROUGE-2 of each row against its best reference, without stemming; words as in ``_rouge``."""

    source = "Lin 2004, W04-1013"


statistics = functools.partial(_rouge.best, "rouge2")
finish = mean
