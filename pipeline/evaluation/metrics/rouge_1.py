"""Mean F1 of the words that answers share with the best reference, 0 to 1."""

import functools

from pipeline.evaluation.metrics import _module, _rouge
from pipeline.evaluation.metrics._module import mean
from pipeline.evaluation.text_forms import TEXTS

title = "ROUGE-1"
higher_is_better = True
proportion = False
ceiling = 1.0
forms = (TEXTS,)


class Rouge1(_module.OverRows):
    """ROUGE-1 of each row against its best reference, without stemming; words as in ``_rouge``."""

    source = "Lin 2004, W04-1013"


statistics = functools.partial(_rouge.best, "rouge1")
finish = mean
