"""Share of masked tokens that the model fills in right."""

import functools

from pipeline.evaluation.forms import MASKED
from pipeline.evaluation.metrics import _masked, _module
from pipeline.evaluation.metrics._module import mean

title = "accuracy on masked tokens"
higher_is_better = True
proportion = False
ceiling = 1.0
forms = (MASKED,)


class MaskedAccuracy(_module.OverRows):
    """Share of the masked tokens of all rows that the model fills in right."""


statistics = functools.partial(_masked.statistics, _masked.RIGHT)
finish = mean
