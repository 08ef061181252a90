"""Mean of the words that answers share with the best acceptable answer, as F1."""

import functools

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


statistics = functools.partial(_squad.best, _squad.overlap)
finish = mean
