"""TF-IDF and a linear classifier, tuned as its best friends would tune it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, model_validator

from pipeline.baselines._choosing import Quality, judge, predictions
from pipeline.baselines._features import Counted, Family, Terms, joined
from pipeline.baselines._linear import Classifier, Linear, fit, fit_labels, naive_bayes_weights
from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from scipy.sparse import csr_matrix

_FACTS = "tfidf.json"
_ARRAYS = "tfidf.npz"

Order = Annotated[int, Field(ge=1, le=10)]
Strength = Annotated[float, Field(gt=0, le=1e6)]


@dataclass(frozen=True)
class Choice:
    """One candidate."""

    features: tuple[Family, ...]
    min_df: int
    naive_bayes: bool
    classifier: Classifier
    c: float


class Tfidf(Baseline):
    """TF-IDF of word and character n-grams, and a linear classifier tuned on validation.

    One thing is chosen at a time, each with the best found so far: which n-grams, how rare they
    may be, whether to weigh them by naive Bayes log-ratios (two classes only), then classifier
    and penalty. The model that was best on the validation rows is kept as it is: it has learned
    from the training rows alone, as every contender has. Where a row has any number of labels,
    each label is a classifier of its own, with a threshold tuned on validation.
    """

    tasks: ClassVar[frozenset[str]] = frozenset(
        {"text-classification", "multi-label text-classification"}
    )

    word_ngrams: tuple[Order, Order] | None = Field(
        (1, 2), description="lowest and highest order of word n-grams; null for none"
    )
    char_ngrams: tuple[Order, Order] | None = Field(
        (2, 5), description="the same of character n-grams within words; null for none"
    )
    min_df: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (1, 2), min_length=1, description="training rows that a term must be in, to choose from"
    )
    naive_bayes: bool = Field(
        True, description="with two classes, try naive Bayes log-ratios as feature weights"
    )
    svm_c: tuple[Strength, ...] = Field(
        (1.0, 0.1, 0.3, 3.0),
        description="C of linear SVMs to choose from, the likeliest first; empty for none",
    )
    logistic_c: tuple[Strength, ...] = Field(
        (10.0, 3.0, 30.0),
        description="C of logistic regressions to choose from, the likeliest first; empty for none",
    )
    logistic_max_classes: int = Field(
        20,
        ge=2,
        description="with more classes than this, logistic regression, whose cost grows with"
        " them, is tried only where svm_c is empty",
    )

    @model_validator(mode="after")
    def _leaves_something(self) -> Tfidf:
        if self.word_ngrams is None and self.char_ngrams is None:
            raise ValueError("word_ngrams and char_ngrams cannot both be null")
        if not self.svm_c and not self.logistic_c:
            raise ValueError("svm_c and logistic_c cannot both be empty")
        for name in ("word_ngrams", "char_ngrams"):
            orders = getattr(self, name)
            if orders and orders[0] > orders[1]:
                raise ValueError(f"{name}: the lowest order {orders[0]} is above {orders[1]}")
        return self

    def fit(self, work: Work) -> FittedTfidf:
        """Count once, then try candidate after candidate.

        Raises:
            DataError: the training texts are all blank.
        """
        search = _Search(work, self._counted(work))
        classifiers = self._classifiers(len(work.labels))
        rounds = list(self._rounds(classifiers, binary=search.binary))
        start = Choice(self._sets()[0], self.min_df[0], False, *classifiers[0])
        with work.report.progress("tfidf", sum(map(len, rounds))) as done:
            for changes in rounds:
                # A round starts from one choice, whatever it finds on the way.
                start = search.choice or Choice(
                    self._sets()[0], self.min_df[0], False, *classifiers[0]
                )
                for change in changes:
                    search.attempt(replace(start, **change))
                    done(1)
        return search.fitted()

    def _counted(self, work: Work) -> list[Counted]:
        train, validation = work.task.texts(work.train), work.task.texts(work.validation)
        families: list[tuple[Family, tuple[int, int] | None]] = [
            ("words", self.word_ngrams),
            ("characters", self.char_ngrams),
        ]
        return [
            Counted.count(family, ngrams, train=train, validation=validation)
            for family, ngrams in families
            if ngrams is not None
        ]

    def _sets(self) -> list[tuple[Family, ...]]:
        if self.word_ngrams is None:
            return [("characters",)]
        if self.char_ngrams is None:
            return [("words",)]
        return [("words", "characters"), ("words",), ("characters",)]

    def _classifiers(self, classes: int) -> list[tuple[Classifier, float]]:
        svms: list[tuple[Classifier, float]] = [("svm", c) for c in self.svm_c]
        if svms and classes > self.logistic_max_classes:
            return svms
        return [*svms, *(("logistic", c) for c in self.logistic_c)]

    def _rounds(
        self, classifiers: Sequence[tuple[Classifier, float]], *, binary: bool
    ) -> Iterator[Sequence[Json]]:
        yield [{"features": features} for features in self._sets()]
        yield [{"min_df": min_df} for min_df in self.min_df[1:]]
        if binary and self.naive_bayes:
            yield [{"naive_bayes": True}]
        yield [{"classifier": name, "c": c} for name, c in classifiers[1:]]

    @staticmethod
    def load(folder: Path, task: Task) -> FittedTfidf:
        """Read back what ``save`` wrote."""
        import numpy as np

        facts = json.loads((folder / _FACTS).read_text("utf-8"))
        with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
            terms = [
                Terms(one["family"], tuple(one["ngrams"]), one["terms"], arrays[one["family"]])
                for one in facts["terms"]
            ]
            linear = Linear(arrays["coef"], arrays["intercept"])
            thresholds = arrays.get("thresholds")
        return FittedTfidf(task, terms, linear, thresholds, notes=facts["notes"])


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
            "terms": [
                {"family": one.family, "ngrams": one.ngrams, "terms": one.terms}
                for one in self.terms
            ],
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


class _Search:
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
