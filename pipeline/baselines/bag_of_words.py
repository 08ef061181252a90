"""Naive Bayes: which class uses these words the most, whatever their order?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from pipeline.baselines import _naive_bayes
from pipeline.baselines._choosing import Quality, judge
from pipeline.baselines._features import Counted, Terms
from pipeline.baselines._fitted_linear import FittedLinear
from pipeline.baselines._linear import Linear
from pipeline.baselines._naive_bayes import Bayes
from pipeline.baselines._tokens import TOKENS, Cutter, Tokens
from pipeline.contracts import Baseline, Task, Work

Order = Annotated[int, Field(ge=1, le=5)]
Pseudocount = Annotated[float, Field(gt=0, le=100)]
Occurrence = Literal["counts", "presence"]


@dataclass(frozen=True)
class _Choice:
    """One candidate; n-grams of all orders up to ``order``."""

    order: int
    weighting: Occurrence
    model: Bayes
    alpha: float


class BagOfWords(Baseline):
    """Naive Bayes over words, the simplest classifier that reads.

    Multinomial and complement naive Bayes, over counts and over presence, of single words and
    of pairs of words beside each other, with several amounts of smoothing: all are tried on the
    validation rows. Where a row has any number of labels, each label is a question of its own.

    Source: McCallum and Nigam 1998; Wang and Manning 2012 (P12-2018), section 2, for presence.
    """

    tasks: ClassVar[frozenset[str]] = frozenset(
        {"text-classification", "multi-label text-classification"}
    )

    tokens: Tokens = Field("words", description=TOKENS)
    orders: tuple[Order, ...] = Field(
        (1, 2), min_length=1, description="highest orders of n-grams to choose from"
    )
    weightings: tuple[Occurrence, ...] = Field(
        ("counts", "presence"),
        min_length=1,
        description="what to count, to choose from: how often a term is in a text, or whether",
    )
    models: tuple[Bayes, ...] = Field(
        ("multinomial", "complement"), min_length=1, description="kinds to choose from"
    )
    alphas: tuple[Pseudocount, ...] = Field(
        (1.0, 0.3, 0.1, 0.03, 0.01),
        min_length=1,
        description="what is added to each count, to choose from",
    )

    def fit(self, work: Work) -> FittedLinear:
        """Count once an order, then try candidate after candidate; of equal ones the first.

        Raises:
            DataError: the training texts are all blank.
            UserError: morphemes are asked for, and their package is not installed.
        """
        cutter = Cutter.of(self.tokens, work)
        train, validation = work.task.texts(work.train), work.task.texts(work.validation)
        targets = work.task.references(work.train, work.labels)
        gold = work.task.references(work.validation, work.labels)
        best: tuple[Quality, _Choice, Terms, Linear] | None = None
        smoothed = list(product(self.models, self.alphas))
        candidates = len(self.orders) * len(self.weightings) * len(smoothed)
        with work.report.progress("bag-of-words", candidates) as done:
            for order in self.orders:
                counted = Counted.count(
                    "words", (1, order), train=train, validation=validation, cutter=cutter
                )
                for weighting in self.weightings:
                    terms, seen, asked = counted.features(1, weighting)
                    for model, alpha in smoothed:
                        linear = _naive_bayes.fit(seen, targets, model=model, alpha=alpha)
                        quality = judge(work, gold, linear.outputs(asked))
                        if best is None or quality > best[0]:
                            best = quality, _Choice(order, weighting, model, alpha), terms, linear
                        done(1)
        assert best is not None  # noqa: S101
        quality, choice, terms, linear = best
        notes = {
            **asdict(choice),
            "tokens": cutter.tokens,
            "scale": quality.decision.scale,
            "terms": len(terms.terms),
            "candidates": candidates,
        }
        return FittedLinear(work.task, [terms], linear, quality.decision, notes)

    @staticmethod
    def load(folder: Path, task: Task) -> FittedLinear:
        """Read back what ``save`` wrote."""
        return FittedLinear.load(folder, task)
