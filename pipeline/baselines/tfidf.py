"""TF-IDF and a linear classifier, tuned as its best friends would tune it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from pipeline.baselines import _hashed
from pipeline.baselines._features import Counted, Family, families
from pipeline.baselines._fitted_linear import FittedLinear
from pipeline.baselines._linear import Classifier
from pipeline.baselines._linear_search import Choice, Search
from pipeline.baselines._tokens import TOKENS, Cutter, Tokens
from pipeline.contracts import Baseline, Json, Task, Work

Order = Annotated[int, Field(ge=1, le=10)]
Strength = Annotated[float, Field(gt=0, le=1e6)]


class Tfidf(Baseline):
    """TF-IDF of word and character n-grams, and a linear classifier tuned on validation.

    One thing is chosen at a time, each with the best found so far: which n-grams, how rare they
    may be, whether to weigh them by naive Bayes log-ratios, over TF-IDF or over presence (Wang
    and Manning 2012, P12-2018), then classifier and penalty. The model that was best on the
    validation rows is kept as it is: it has learned from the training rows alone, as every
    contender has. Where a row has any number of labels, each label is a classifier of its own,
    with a threshold tuned on validation.
    """

    tasks: ClassVar[frozenset[str]] = frozenset(
        {"text-classification", "multi-label text-classification"}
    )

    tokens: Tokens = Field("words", description=TOKENS)
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
        True, description="try naive Bayes log-ratios as feature weights, each class against all"
    )
    svm_c: tuple[Strength, ...] = Field(
        (1.0, 0.1, 0.3, 3.0),
        description="C of linear SVMs to choose from, the likeliest first; empty for none",
    )
    logistic_c: tuple[Strength, ...] = Field(
        (10.0, 3.0, 30.0),
        description="C of logistic regressions to choose from, the likeliest first; empty for none",
    )
    many_classes: int = Field(
        20,
        ge=2,
        description="with more classes than this, logistic regression (where svm_c is not empty)"
        " and naive Bayes log-ratios, whose cost grows with them, are not tried",
    )

    hash_rows: int = Field(
        1_000_000,
        ge=0,
        description="with more training rows than this, terms are hashed, and logistic regression"
        " learns in one pass: memory stays flat, and only its penalty is chosen",
    )

    @model_validator(mode="after")
    def _leaves_something(self) -> Tfidf:
        families(self.word_ngrams, self.char_ngrams)
        if not self.svm_c and not self.logistic_c:
            raise ValueError("svm_c and logistic_c cannot both be empty")
        return self

    def fit(self, work: Work) -> FittedLinear:
        """Count once, then try candidate after candidate.

        Raises:
            DataError: the training texts are all blank.
            UserError: morphemes are asked for, and their package is not installed.
        """
        cutter = Cutter.of(self.tokens, work)
        if work.train.num_rows > self.hash_rows:
            kinds = families(self.word_ngrams, self.char_ngrams)
            return _hashed.fit(work, kinds, cutter)
        search = Search(work, self._counted(work, cutter))
        many = len(work.labels) > self.many_classes
        classifiers = self._classifiers(many=many)
        first = Choice(self._sets()[0], self.min_df[0], "tf-idf", False, *classifiers[0])
        rounds = list(self._rounds(classifiers, many=many))
        with work.report.progress("tfidf", sum(map(len, rounds))) as done:
            for changes in rounds:
                # A round starts from one choice, whatever it finds on the way.
                start = search.choice or first
                for change in changes:
                    search.attempt(replace(start, **change))
                    done(1)
        return search.fitted()

    def _counted(self, work: Work, cutter: Cutter) -> list[Counted]:
        train, validation = work.task.texts(work.train), work.task.texts(work.validation)
        kinds = families(self.word_ngrams, self.char_ngrams)
        total = len(kinds) * (len(train) + len(validation))
        with work.report.progress("counting n-grams", total) as advance:
            return [
                Counted.count(
                    family,
                    orders,
                    train=train,
                    validation=validation,
                    cutter=cutter,
                    advance=advance,
                )
                for family, orders in kinds
            ]

    def _sets(self) -> list[tuple[Family, ...]]:
        if self.word_ngrams is None:
            return [("characters",)]
        if self.char_ngrams is None:
            return [("words",)]
        return [("words", "characters"), ("words",), ("characters",)]

    def _classifiers(self, *, many: bool) -> list[tuple[Classifier, float]]:
        svms: list[tuple[Classifier, float]] = [("svm", c) for c in self.svm_c]
        if svms and many:
            return svms
        return [*svms, *(("logistic", c) for c in self.logistic_c)]

    def _rounds(
        self, classifiers: Sequence[tuple[Classifier, float]], *, many: bool
    ) -> Iterator[Sequence[Json]]:
        yield [{"features": features} for features in self._sets()]
        yield [{"min_df": min_df} for min_df in self.min_df[1:]]
        if self.naive_bayes and not many:
            yield [{"naive_bayes": True, "weighting": over} for over in ("tf-idf", "presence")]
        yield [{"classifier": name, "c": c} for name, c in classifiers[1:]]

    @staticmethod
    def load(folder: Path, task: Task) -> FittedLinear:
        """Read back what ``save`` wrote."""
        return FittedLinear.load(folder, task)
