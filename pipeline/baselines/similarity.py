"""A linear model of how alike two texts look, and of which terms they hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from pipeline.baselines._choosing import Decision, Quality, judge
from pipeline.baselines._features import Counted, Terms, families, joined
from pipeline.baselines._linear import Linear, fit, ridge
from pipeline.baselines._pairs import contrast, sides, similarities, transformed
from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from scipy.sparse import csr_matrix

_FACTS = "similarity.json"
_ARRAYS = "similarity.npz"

Order = Annotated[int, Field(ge=1, le=10)]
Strength = Annotated[float, Field(gt=0, le=1e9)]
TermSet = Literal["none", "sides", "contrast"]


class Similarity(Baseline):
    """A linear model over similarities of a pair and over TF-IDF terms, tuned on validation.

    Similarities are cosines of word and of character n-grams, shared words, pieces of
    identifiers and numbers, and differences in length. Terms are those of each side, or those
    that the sides share and those that only one has; a single text has its own. Which terms,
    and the penalty, are chosen on the validation rows. Numbers are answered by ridge
    regression, within what the training rows hold; classes by logistic regression.
    """

    tasks: ClassVar[frozenset[str]] = frozenset(
        {"text-regression", "text-classification", "multi-label text-classification"}
    )

    word_ngrams: tuple[Order, Order] = Field(
        (1, 2), description="lowest and highest order of word n-grams"
    )
    char_ngrams: tuple[Order, Order] = Field(
        (2, 5), description="the same of character n-grams within words"
    )
    min_df: int = Field(2, ge=1, description="training texts that a term must be in")
    penalties: tuple[Strength, ...] = Field(
        (0.1, 1.0, 10.0, 100.0),
        min_length=1,
        description="strengths of the L2 penalty to choose from; of logistic regression, 1 / C",
    )

    def fit(self, work: Work) -> FittedSimilarity:
        """Count once, then try sets of terms and penalties; of equal ones the first counts.

        Raises:
            DataError: the training texts are all blank.
        """
        terms = self._terms(work)
        targets = work.task.references(work.train, work.labels)
        gold = work.task.references(work.validation, work.labels)
        train, validation = _Seen.of(work.train, terms), _Seen.of(work.validation, terms)
        scaling = _Scaling.of(train.similarities)
        sets = train.term_sets
        best: tuple[Quality, TermSet, float, Linear] | None = None
        with work.report.progress("similarity", len(sets) * len(self.penalties)) as done:
            for chosen in sets:
                seen = train.features(chosen, scaling)
                asked = validation.features(chosen, scaling)
                for penalty in self.penalties:
                    linear = _fit(seen, targets, penalty, work.seed)
                    quality = judge(work, gold, linear.outputs(asked))
                    if best is None or quality > best[0]:
                        best = quality, chosen, penalty, linear
                    done(1)
        assert best is not None  # noqa: S101
        quality, chosen, penalty, linear = best
        notes = {"terms": chosen, "penalty": penalty}
        return FittedSimilarity(terms, chosen, scaling, linear, quality.decision, notes)

    def _terms(self, work: Work) -> list[Terms]:
        texts = [text for side in sides(work.train) for text in side]
        return [
            Counted.count(family, orders, train=texts, validation=[]).features(self.min_df)[0]
            for family, orders in families(self.word_ngrams, self.char_ngrams)
        ]

    @staticmethod
    def load(folder: Path, task: Task) -> FittedSimilarity:
        """Read back what ``save`` wrote."""
        import numpy as np

        facts = json.loads((folder / _FACTS).read_text("utf-8"))
        with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
            return FittedSimilarity(
                [Terms.read(one, arrays[one["family"]]) for one in facts["terms"]],
                facts["chosen"],
                _Scaling(arrays["mean"], arrays["deviation"]),
                Linear(arrays["coef"], arrays["intercept"], facts["odds"]),
                Decision.read(facts["decision"]),
                facts["notes"],
            )


def _fit(features: csr_matrix, targets: np.ndarray, penalty: float, seed: int) -> Linear:
    if targets.dtype.kind == "f":
        return ridge(features, targets, penalty=penalty)
    return fit(features, targets, classifier="logistic", c=1 / penalty, seed=seed)


@dataclass(frozen=True)
class _Scaling:
    """Mean and deviation (S,) of each similarity on the training rows."""

    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> _Scaling:
        import numpy as np

        return cls(values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6))


@dataclass(frozen=True)
class _Seen:
    """What is seen of a table: TF-IDF rows of each side and family, and similarities."""

    weighed: list[list[csr_matrix]]
    similarities: np.ndarray

    @classmethod
    def of(cls, table: pa.Table, terms: Sequence[Terms]) -> _Seen:
        texts = sides(table)
        weighed = transformed(terms, texts)
        return cls(weighed, similarities(weighed, texts))

    @property
    def term_sets(self) -> tuple[TermSet, ...]:
        """What there is to choose from, in the order in which it is tried."""
        return ("none", "contrast", "sides") if len(self.weighed) > 1 else ("sides", "none")

    def features(self, chosen: TermSet, scaling: _Scaling) -> csr_matrix:
        from scipy.sparse import csr_matrix

        alike = csr_matrix((self.similarities - scaling.mean) / scaling.deviation)
        if chosen == "none":
            return alike
        whole = [joined(families) for families in self.weighed]
        return joined([alike, *(whole if chosen == "sides" else [contrast(*whole)])])


@dataclass
class FittedSimilarity:
    """Terms, and a linear model over similarities and terms.

    Attributes:
        chosen: which terms the model sees.
    """

    terms: list[Terms]
    chosen: TermSet
    scaling: _Scaling
    linear: Linear
    decision: Decision
    notes: Json
    trainable_parameters: int = field(init=False)
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        self.trainable_parameters = self.total_parameters = self.linear.size

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """Answer every row."""
        features = _Seen.of(table, self.terms).features(self.chosen, self.scaling)
        return self.decision.predictions(self.linear.outputs(features))

    def save(self, folder: Path) -> None:
        """Write terms and choices as JSON, weights as npz."""
        import numpy as np

        facts = {
            "notes": self.notes,
            "chosen": self.chosen,
            "decision": self.decision.facts(),
            "odds": self.linear.odds,
            "terms": [one.facts() for one in self.terms],
        }
        (folder / _FACTS).write_text(json.dumps(facts, ensure_ascii=False), "utf-8")
        np.savez_compressed(
            folder / _ARRAYS,
            allow_pickle=False,
            coef=self.linear.coef,
            intercept=self.linear.intercept,
            mean=self.scaling.mean,
            deviation=self.scaling.deviation,
            **{one.family: one.idf for one in self.terms},
        )
