"""The search of the TF-IDF baseline, and what it finds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.baselines._choosing import Quality, judge, predictions
from pipeline.baselines._features import Counted, Family, Terms, joined
from pipeline.baselines._linear import Classifier, Linear, fit, fit_labels, naive_bayes_weights
from pipeline.contracts import Json, Predictions, Reporter, Task, Work

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from scipy.sparse import csr_matrix

_FACTS = "tfidf.json"
_ARRAYS = "tfidf.npz"


@dataclass(frozen=True)
class Choice:
    """One candidate."""

    features: tuple[Family, ...]
    min_df: int
    naive_bayes: bool
    classifier: Classifier
    c: float


@dataclass
class FittedTfidf:
    """Terms and a linear classifier over them, its scale included.

    Attributes:
        thresholds: (C,) where a row has any number of labels, else None.
    """

    task: Task
    terms: list[Terms]
    linear: Linear
    thresholds: np.ndarray | None
    notes: Json
    trainable_parameters: int = field(init=False)
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        size = self.linear.coef.size + self.linear.intercept.size
        self.trainable_parameters = self.total_parameters = size

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """Answer every row; probabilities are calibrated on the validation rows."""
        texts = self.task.texts(table)
        features = joined([terms.transform(texts) for terms in self.terms])
        return predictions(self.linear.logits(features), self.thresholds)

    def save(self, folder: Path) -> None:
        """Write terms and choices as JSON, weights as npz."""
        import numpy as np

        facts = {
            "notes": self.notes,
            "terms": [one.facts() for one in self.terms],
        }
        (folder / _FACTS).write_text(json.dumps(facts, ensure_ascii=False), "utf-8")
        np.savez_compressed(
            folder / _ARRAYS,
            allow_pickle=False,
            coef=self.linear.coef,
            intercept=self.linear.intercept,
            **{one.family: one.idf for one in self.terms},
            **({} if self.thresholds is None else {"thresholds": self.thresholds}),
        )

    @classmethod
    def load(cls, folder: Path, task: Task) -> FittedTfidf:
        """Read back what ``save`` wrote."""
        import numpy as np

        facts = json.loads((folder / _FACTS).read_text("utf-8"))
        with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
            terms = [Terms.read(one, arrays[one["family"]]) for one in facts["terms"]]
            linear = Linear(arrays["coef"], arrays["intercept"])
            thresholds = arrays.get("thresholds")
        return cls(task, terms, linear, thresholds, notes=facts["notes"])


class Search:
    """The best candidate so far on the validation rows."""

    def __init__(self, work: Work, counted: Sequence[Counted]) -> None:
        self.choice: Choice | None = None
        self._work = work
        self._counted = {one.family: one for one in counted}
        self._targets = work.task.references(work.train, work.labels)
        self._gold = work.task.references(work.validation, work.labels)
        self._weighed: dict[tuple[Family, int], tuple[Terms, csr_matrix, csr_matrix]] = {}
        self._quality: Quality | None = None
        self._linear: Linear | None = None
        self._tried = 0

    @property
    def binary(self) -> bool:
        """Two classes, one of which each row is in."""
        return self._targets.ndim == 1 and len(self._work.labels) == 2

    def attempt(self, choice: Choice) -> None:
        """Fit a candidate, and keep it where it beats the best: an equal one does not."""
        parts = [self._features(family, choice.min_df) for family in choice.features]
        train = joined([part[1] for part in parts])
        linear = self._fit(choice, train)
        logits = linear.logits(joined([part[2] for part in parts]))
        quality = judge(self._work, self._gold, logits)
        self._tried += 1
        if self._quality is None or quality > self._quality:
            self.choice, self._quality, self._linear = choice, quality, linear

    def fitted(self) -> FittedTfidf:
        """The best candidate, to answer with."""
        if self.choice is None or self._quality is None or self._linear is None:
            raise ValueError("nothing was attempted")
        terms = [self._features(family, self.choice.min_df)[0] for family in self.choice.features]
        notes = {
            **asdict(self.choice),
            "features": list(self.choice.features),
            "scale": self._quality.scale,
            "terms": sum(len(one.terms) for one in terms),
            "candidates": self._tried,
        }
        linear = self._linear.scaled(self._quality.scale)
        return FittedTfidf(self._work.task, terms, linear, self._quality.thresholds, notes=notes)

    def _fit(self, choice: Choice, train: csr_matrix) -> Linear:
        how: Json = {"classifier": choice.classifier, "c": choice.c, "seed": self._work.seed}
        if self._targets.ndim == 2:
            return fit_labels(train, self._targets, **how)
        weights = naive_bayes_weights(train, self._targets) if choice.naive_bayes else None
        return fit(train, self._targets, weights=weights, **how)

    def _features(self, family: Family, min_df: int) -> tuple[Terms, csr_matrix, csr_matrix]:
        key = family, min_df
        if key not in self._weighed:
            self._weighed[key] = self._counted[family].features(min_df)
        return self._weighed[key]
