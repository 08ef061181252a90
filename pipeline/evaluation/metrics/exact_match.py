"""Share of questions that are answered in the very words."""

import functools

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


statistics = functools.partial(_squad.best, _squad.exact)
finish = mean
