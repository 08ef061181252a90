"""The search of the TF-IDF baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pipeline.baselines._choosing import Quality, judge
from pipeline.baselines._features import Counted, Family, Terms, Weighting, joined
from pipeline.baselines._fitted_linear import FittedLinear
from pipeline.baselines._linear import Classifier, Linear, fit
from pipeline.contracts import Work

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_Weighed = tuple[Terms, "csr_matrix", "csr_matrix"]


@dataclass(frozen=True)
class Choice:
    """One candidate."""

    features: tuple[Family, ...]
    min_df: int
    weighting: Weighting
    naive_bayes: bool
    classifier: Classifier
    c: float


class Search:
    """The best candidate so far on the validation rows."""

    def __init__(self, work: Work, counted: Sequence[Counted]) -> None:
        self.choice: Choice | None = None
        self._work = work
        self._counted = {one.family: one for one in counted}
        self._targets = work.task.references(work.train, work.labels)
        self._gold = work.task.references(work.validation, work.labels)
        self._weighed: dict[tuple[Family, int, Weighting], _Weighed] = {}
        self._quality: Quality | None = None
        self._linear: Linear | None = None
        self._tried = 0

    def attempt(self, choice: Choice) -> None:
        """Fit a candidate, and keep it where it beats the best: an equal one does not."""
        parts = self._parts(choice)
        linear = fit(
            joined([part[1] for part in parts]),
            self._targets,
            classifier=choice.classifier,
            c=choice.c,
            seed=self._work.seed,
            naive_bayes=choice.naive_bayes,
        )
        outputs = linear.outputs(joined([part[2] for part in parts]))
        quality = judge(self._work, self._gold, outputs)
        self._tried += 1
        if self._quality is None or quality > self._quality:
            self.choice, self._quality, self._linear = choice, quality, linear

    def fitted(self) -> FittedLinear:
        """The best candidate, to answer with."""
        if self.choice is None or self._quality is None or self._linear is None:
            raise ValueError("nothing was attempted")
        terms = [part[0] for part in self._parts(self.choice)]
        notes = {
            **asdict(self.choice),
            "features": list(self.choice.features),
            "tokens": terms[0].cutter.tokens,
            "scale": self._quality.decision.scale,
            "terms": sum(len(one.terms) for one in terms),
            "candidates": self._tried,
        }
        return FittedLinear(
            self._work.task, terms, self._linear, self._quality.decision, notes=notes
        )

    def _parts(self, choice: Choice) -> list[_Weighed]:
        return [self._features(one, choice.min_df, choice.weighting) for one in choice.features]

    def _features(self, family: Family, min_df: int, weighting: Weighting) -> _Weighed:
        key = family, min_df, weighting
        if key not in self._weighed:
            self._weighed[key] = self._counted[family].features(min_df, weighting)
        return self._weighed[key]
