"""Mean of the squared errors, in the square of the labels' unit."""

import functools

import numpy as np

from pipeline.evaluation.forms import NUMBERS
from pipeline.evaluation.metrics import _errors, _module
from pipeline.evaluation.metrics._module import mean

title = "mean squared error"
higher_is_better = False
proportion = False
ceiling = None
forms = (NUMBERS,)


class Mse(_module.OverRows):
    """Mean squared error."""


statistics = functools.partial(_errors.statistics, np.square)
finish = mean
