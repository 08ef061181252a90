"""F1 over entities: right where type, first and last word all are."""

import numpy as np

from pipeline.evaluation.metrics import _counts, _module
from pipeline.evaluation.metrics._entities import counts_by_type
from pipeline.evaluation.text_forms import TAGS

title = "span-F1"
higher_is_better = True
proportion = False
ceiling = 1.0
forms = (TAGS,)


class SpanF1(_module.OverRows):
    """Precision and recall over the entities of all rows and types, as conlleval counts them."""

    source = "Tjong Kim Sang and Buchholz 2000, W00-0726"


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the counts of entities: right, answered, gold.

    Args:
        references: (N,) tuples of tags.
        answers: (N,) tuples of tags.
        classes: not needed here.

    Returns:
        (N, 3) float64.

    Raises:
        DataError: a tag is not IOB2.
    """
    del classes
    rows = [[counts.total() for counts in row] for row in counts_by_type(references, answers)]
    return np.array(rows, dtype=np.float64)


finish = _counts.f1
