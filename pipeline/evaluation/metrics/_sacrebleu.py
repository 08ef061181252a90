"""What sacrebleu counts in each row."""

from __future__ import annotations

from typing import Any

import numpy as np
from sacrebleu.metrics.base import Metric


def statistics(metric: Metric, references: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """(N, K) float64: what sacrebleu adds up over rows for a score of the corpus.

    Args:
        metric: BLEU or CHRF of sacrebleu.
        references: (N,) tuples of one right text or more.
        answers: (N,) texts.
    """
    most = max(map(len, references))
    # sacrebleu takes one list a reference, None where a row has fewer.
    streams: Any = [[row[n] if n < len(row) else None for row in references] for n in range(most)]
    # Its public functions give the counts of BLEU alone, and those a row at a time.
    rows = metric._extract_corpus_statistics(answers.tolist(), streams)
    return np.array(rows, dtype=np.float64)
