"""Among how many tokens the model hesitates: e to the mean nats a masked token."""

import evaluate
import numpy as np

from pipeline.evaluation.forms import MASKED
from pipeline.evaluation.metrics._module import exponential, info, mean, over_rows

title = "perplexity of masked tokens"
higher_is_better = False
proportion = False
ceiling = None
forms = (MASKED,)


class MaskedPerplexity(evaluate.Metric):
    """Perplexity per masked token.

    It compares models that share tokenizer and masking alone.
    """

    def _info(self) -> evaluate.MetricInfo:
        return info(__doc__, forms)

    def _compute(
        self, predictions: list[list[float]], references: list[list[float]]
    ) -> dict[str, float]:
        return {"masked_perplexity": over_rows(statistics, finish, MASKED, references, predictions)}


def statistics(references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: nats, and masked tokens.

    Args:
        references: (N, 1) ones.
        answers: (N, 3) right tokens, nats of the masked tokens, masked tokens.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del classes
    del references
    return answers[:, [1, 2]]


def finish(totals: np.ndarray) -> np.ndarray:
    """Sums over rows (..., 2) to the metric's value (...)."""
    return exponential(mean(totals))
