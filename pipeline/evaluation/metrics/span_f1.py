"""F1 over entities: right where type, first and last word all are."""

import evaluate
import numpy as np

from pipeline.evaluation.metrics import _counts
from pipeline.evaluation.metrics._entities import counts_by_type
from pipeline.evaluation.metrics._module import info, over_rows
from pipeline.evaluation.text_forms import TAGS

title = "span-F1"
higher_is_better = True
proportion = False
ceiling = 1.0
forms = (TAGS,)


class SpanF1(evaluate.Metric):
    """Precision and recall over the entities of all rows and types, as conlleval counts them."""

    def _info(self) -> evaluate.MetricInfo:
        citation = "Tjong Kim Sang and Buchholz 2000, W00-0726"
        return info(__doc__, forms, citation=citation)

    def _compute(
        self, predictions: list[list[str]], references: list[list[str]]
    ) -> dict[str, float]:
        return {"span_f1": over_rows(statistics, finish, TAGS, references, predictions)}


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
