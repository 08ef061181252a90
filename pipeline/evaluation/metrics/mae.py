"""Mean of the errors without their sign, in the labels' unit."""

import functools

import numpy as np

from pipeline.evaluation.forms import NUMBERS
from pipeline.evaluation.metrics import _errors, _module
from pipeline.evaluation.metrics._module import mean

title = "mean absolute error"
higher_is_better = False
proportion = False
ceiling = None
forms = (NUMBERS,)


class Mae(_module.OverRows):
    """Mean absolute error."""


statistics = functools.partial(_errors.statistics, np.abs)
finish = mean
