"""What baselines that model whole texts have in common.

Letters: N texts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from pipeline.contracts import Predictions, Reporter, Work

if TYPE_CHECKING:
    import numpy as np

    from pipeline.language.alphabets import Alphabet

AlphabetName = Literal["subwords", "characters"]

Nats = Callable[[Sequence[str]], "tuple[np.ndarray, np.ndarray]"]
"""Texts -> (N,) negative log-likelihood of each in nats, and (N,) tokens, the end included."""


def alphabet_of(name: AlphabetName, texts: Sequence[str], work: Work) -> Alphabet:
    """The base's sub-words, or the characters of the texts; those too where there is no base."""
    from pipeline.language.alphabets import Characters, SubwordAlphabet

    if name == "characters" or work.subwords is None:
        return Characters.of(texts)
    return SubwordAlphabet(work.subwords)


def answered(texts: Sequence[str], nats: Nats, report: Reporter) -> Predictions:
    """(N, 2) nats and tokens of each text, portion by portion."""
    import numpy as np

    from pipeline.language.alphabets import portions

    found = [np.zeros((0, 2))]
    with report.progress("predicting", len(texts)) as advance:
        for part in portions(texts):
            if part:
                found.append(np.stack(nats(part), axis=1).astype(np.float64))
                advance(len(part))
    return Predictions(answers=np.concatenate(found))
