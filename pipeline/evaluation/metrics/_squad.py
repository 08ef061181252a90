"""Answers to questions as SQuAD compares them.

Source: Rajpurkar et al. 2016 (D16-1264), section 6.1; unanswerable questions as in Rajpurkar
et al. 2018 (P18-2124), section 4.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable

import numpy as np

from pipeline.evaluation.metrics._module import mean_of

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def words(text: str) -> list[str]:
    """Words in lower case, without ASCII punctuation and English articles."""
    return _ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split()


def exact(gold: list[str], answer: list[str]) -> float:
    """1 where the words are the same, else 0."""
    return float(gold == answer)


def overlap(gold: list[str], answer: list[str]) -> float:
    """F1 over words; where one side has none, 1 if the other has none either."""
    if not gold or not answer:
        return exact(gold, answer)
    shared = (Counter(gold) & Counter(answer)).total()
    return 2 * shared / (len(gold) + len(answer))


def best(
    compare: Callable[[list[str], list[str]], float],
    references: np.ndarray,
    answers: np.ndarray,
    classes: int,
) -> np.ndarray:
    """What each row adds to the sums: how like it is to the best acceptable answer, and one row.

    Acceptable answers of which normalising leaves nothing do not count; a question without
    an answer is right where the contender gives none.

    Args:
        compare: words of an acceptable answer and of the contender's -> 0 to 1.
        references: (N,) tuples of acceptable answers.
        answers: (N,) texts, "" for none.
        classes: not needed here.

    Returns:
        (N, 2) float64.
    """
    del classes
    values = []
    for acceptable, answer in zip(references, answers, strict=True):
        found = words(answer)
        gold = [kept for text in acceptable if (kept := words(text))] or [[]]
        values.append(max(compare(one, found) for one in gold))
    return mean_of(np.array(values))
