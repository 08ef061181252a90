"""What the validation rows say of a model: the run's metric, as it would be measured at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pipeline.contracts import Predictions, Task, Work
from pipeline.evaluation import scoring
from pipeline.examples import Codec, Examples


def scorer(work: Work, examples: Examples, codec: Codec) -> Callable[[Sequence[np.ndarray]], float]:
    """From the pieces of the validation examples to the run's metric.

    What a task tunes on these rows is tuned each time, as it will be when training has ended.

    Args:
        examples: of the validation rows.
    """
    gold = work.task.references(work.validation, work.labels)

    def score(pieces: Sequence[np.ndarray]) -> float:
        def answered(task: Task) -> Predictions:
            return task.decode(pieces, examples, work.validation, work.labels, codec)

        task = work.task.tuned(lambda: answered(work.task), gold, work.labels, metric=work.metric)
        return scoring.score(work.metric, gold, answered(task), work.labels)

    return score
