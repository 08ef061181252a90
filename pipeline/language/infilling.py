"""A hidden token from both sides: one n-gram model reads forwards, one backwards.

If what stands before a token and what stands after it told of it independently, Bayes' rule
would give p(w | left, right) ~ p(w | left) p(w | right) / p(w). They do not quite: the power of
p(w) is chosen where the rest is.

Letters: T tokens, M hidden ones, V ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.language.counts import count
from pipeline.language.ngram import NgramModel
from pipeline.language.smoothing import KneserNey
from pipeline.language.vocabulary import BEGIN, END, UNKNOWN, Encoded

_FORWARDS, _BACKWARDS = "forwards", "backwards"


@dataclass(frozen=True)
class BothSides:
    """Two models of the same order over the same ids."""

    forwards: NgramModel
    backwards: NgramModel

    @classmethod
    def fit(cls, text: Encoded, *, orders: Sequence[int], vocabulary_size: int) -> list[BothSides]:
        """One of each order, from one count of each side."""
        sides = []
        for side in (text, _reversed(text)):
            ngrams, _ = count(side, order=max(orders), vocabulary_size=vocabulary_size)
            sides.append(
                [NgramModel.estimate(ngrams.up_to(n), smoothing=KneserNey()) for n in orders]
            )
        return [cls(*pair) for pair in zip(*sides, strict=True)]

    @property
    def size(self) -> int:
        """How many numbers both have estimated."""
        return self.forwards.size + self.backwards.size

    def log_shares(self, ids: np.ndarray, place: int, powers: Sequence[float]) -> list[np.ndarray]:
        """(V,) logarithm of what each token has in a hidden place, one for each power of p(w).

        Args:
            ids: (T,) a text without its boundaries; what is hidden is unknown.
            place: of the hidden token.
        """
        left = self.forwards.distribution(ids[:place].tolist())
        right = self.backwards.distribution(ids[:place:-1].tolist())
        alone = self.forwards.alone
        with np.errstate(divide="ignore"):
            both = np.log(left) + np.log(right)
            prior = np.log(alone)
        # A hidden token is one of the text's: neither a boundary nor unknown.
        both[[UNKNOWN, BEGIN, END]] = -np.inf
        prior[[UNKNOWN, BEGIN, END]] = 0.0
        found = []
        for power in powers:
            logits = both - power * prior
            shifted = logits - logits.max()
            found.append(shifted - np.log(np.exp(shifted).sum()))
        return found

    def save(self, folder: Path) -> None:
        """Write each side in a folder of its own."""
        for name, model in ((_FORWARDS, self.forwards), (_BACKWARDS, self.backwards)):
            (folder / name).mkdir()
            model.save(folder / name)

    @classmethod
    def load(cls, folder: Path) -> BothSides:
        """Read what ``save`` wrote."""
        return cls(NgramModel.load(folder / _FORWARDS), NgramModel.load(folder / _BACKWARDS))


def _reversed(text: Encoded) -> Encoded:
    """The same sentences in reverse order, each from its end to its beginning."""
    ids = text.ids[::-1]
    turned = np.where(ids == END, BEGIN, np.where(ids == BEGIN, END, ids)).astype(np.int32)
    ends = text.starts + text.lengths
    return Encoded(turned, (len(ids) - ends)[::-1])
