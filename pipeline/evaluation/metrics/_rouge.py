"""ROUGE of each row by the rouge_score library, with words of any script."""

from __future__ import annotations

import unicodedata

import numpy as np
from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenizers import Tokenizer

from pipeline.evaluation.metrics._module import mean_of


def best(kind: str, references: np.ndarray, answers: np.ndarray, classes: int) -> np.ndarray:
    """What each row adds to the sums: F1 against the reference that it is most like, and one row.

    ``rougeL`` is over the row as one sentence: line breaks mean nothing.

    Args:
        kind: ``rouge1``, ``rouge2`` or ``rougeL``.
        references: (N,) tuples of one right text or more.
        answers: (N,) texts.
        classes: not needed here.

    Returns:
        (N, 2) float64.

    Source: Lin 2004 (W04-1013), sections 2 and 3.1.
    """
    del classes
    scorer = RougeScorer([kind], tokenizer=_Words())
    values = [
        max(scorer.score(reference, answer)[kind].fmeasure for reference in acceptable)
        for acceptable, answer in zip(references, answers, strict=True)
    ]
    return mean_of(np.array(values))


class _Words(Tokenizer):
    """Runs of letters, marks and digits of any script, in lower case.

    The library's own keeps a-z and 0-9 alone, by which a Korean text has no word at all. On
    ASCII text both give the same. Text without spaces is not cut into words.
    """

    def __init__(self) -> None:
        self._kept = _Kept()

    def tokenize(self, text: str) -> list[str]:
        return unicodedata.normalize("NFC", text.lower()).translate(self._kept).split()


class _Kept(dict[int, int]):
    """Code points to themselves, or to a space where they are no part of a word."""

    def __missing__(self, code: int) -> int:
        part = unicodedata.category(chr(code))[0] in "LMN"
        self[code] = code if part else ord(" ")
        return self[code]
