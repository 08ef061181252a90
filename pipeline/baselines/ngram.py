"""One n-gram language model a class: which of them finds the text the least surprising?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, model_validator

from pipeline.baselines._choosing import Decision, Quality, judge
from pipeline.baselines._smoothing import Order, Pseudocount, SmoothingName, methods, smoothing
from pipeline.baselines._tokens import TOKENS, Cutter, Tokens
from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work
from pipeline.language.units import Unit

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from pipeline.language.ngram import NgramModel
    from pipeline.language.vocabulary import Vocabulary

_FACTS = "ngram.json"
_VOCABULARY = "vocabulary.json"


@dataclass(frozen=True)
class Choice:
    """One candidate; ``k`` is add-k's, None with the other methods."""

    unit: Unit
    order: int
    smoothing: SmoothingName
    k: float | None


class Ngram(Baseline):
    """Class-conditional n-gram language models, the classic generative classifier.

    Answers argmax of log P(text | class) + log P(class). With words of order 1 and add-k this
    is multinomial naive Bayes; higher orders drop its assumption that words are independent.
    All candidates are tried on the validation rows; the models learn from the training rows
    alone.

    Source: Peng, Schuurmans and Wang 2004, "Augmenting naive Bayes classifiers with
    statistical language models".
    """

    tasks: ClassVar[frozenset[str]] = frozenset({"text-classification"})

    tokens: Tokens = Field("words", description=f"of word models, {TOKENS}")
    word_orders: tuple[Order, ...] = Field(
        (1, 2, 3), description="orders of word models to choose from; empty for none"
    )
    character_orders: tuple[Order, ...] = Field(
        (4, 6), description="orders of character models to choose from; empty for none"
    )
    smoothings: tuple[SmoothingName, ...] = Field(
        ("kneser-ney", "witten-bell", "add-k"),
        min_length=1,
        description="smoothing methods to choose from",
    )
    k: tuple[Pseudocount, ...] = Field(
        (0.01, 0.1, 1.0), min_length=1, description="add-k's k to choose from"
    )
    lowercase: bool = Field(True, description="read upper case letters as lower case")

    @model_validator(mode="after")
    def _leaves_something(self) -> Ngram:
        if not self.word_orders and not self.character_orders:
            raise ValueError("word_orders and character_orders cannot both be empty")
        return self

    def fit(self, work: Work) -> FittedNgram:
        """Count each unit once, to its highest order; then smooth and judge every candidate."""
        import numpy as np

        from pipeline.language.counts import count
        from pipeline.language.ngram import NgramModel, Text
        from pipeline.language.vocabulary import Vocabulary

        classes = work.task.references(work.train, work.labels)
        gold = work.task.references(work.validation, work.labels)
        log_prior = np.log(np.bincount(classes, minlength=len(work.labels)) / len(classes))
        candidates = {unit: list(self._candidates(unit)) for unit in self._units()}
        best: tuple[Quality, Choice, NgramModel, Vocabulary, Cutter] | None = None
        with work.report.progress("ngram", sum(map(len, candidates.values()))) as done:
            for unit, choices in candidates.items():
                highest = max(choice.order for choice in choices)
                cutter = self._cutter(unit, work)
                train = list(cutter.cut(work.task.texts(work.train)))
                vocabulary = Vocabulary.build(train)
                ngrams, _ = count(
                    vocabulary.encode(train),
                    order=highest,
                    vocabulary_size=len(vocabulary),
                    roots=classes,
                )
                text = Text.prepare(
                    vocabulary.encode(list(cutter.cut(work.task.texts(work.validation)))),
                    vocabulary_size=len(vocabulary),
                    order=highest,
                )
                for choice in choices:
                    model = NgramModel.estimate(
                        ngrams.up_to(choice.order), smoothing=smoothing(choice.smoothing, choice.k)
                    )
                    quality = judge(work, gold, model.log_probabilities(text) + log_prior)
                    if best is None or quality > best[0]:
                        best = quality, choice, model, vocabulary, cutter
                    done(1)
        if best is None:
            raise ValueError("the options leave no candidate")
        return FittedNgram(
            task=work.task,
            model=best[2],
            vocabulary=best[3],
            log_prior=log_prior.tolist(),
            decision=best[0].decision,
            cutter=best[4],
            choice=best[1],
        )

    def _units(self) -> list[Unit]:
        by_unit: list[tuple[Unit, tuple[int, ...]]] = [
            ("words", self.word_orders),
            ("characters", self.character_orders),
        ]
        return [unit for unit, orders in by_unit if orders]

    def _candidates(self, unit: Unit) -> Iterator[Choice]:
        orders = self.word_orders if unit == "words" else self.character_orders
        for order in sorted(orders):
            yield from (Choice(unit, order, *found) for found in methods(self.smoothings, self.k))

    def _cutter(self, unit: Unit, work: Work) -> Cutter:
        tokens = self.tokens if unit == "words" else "characters"
        return Cutter.of(tokens, work, lowercase=self.lowercase)

    @staticmethod
    def load(folder: Path, task: Task) -> FittedNgram:
        """Read back what ``save`` wrote."""
        from pipeline.language.ngram import NgramModel
        from pipeline.language.vocabulary import Vocabulary

        facts = json.loads((folder / _FACTS).read_text("utf-8"))
        facts["choice"] = Choice(**facts["choice"])
        facts["decision"] = Decision.read(facts["decision"])
        return FittedNgram(
            task=task,
            model=NgramModel.load(folder),
            vocabulary=Vocabulary.load(folder / _VOCABULARY),
            cutter=Cutter.load(folder),
            **facts,
        )


@dataclass
class FittedNgram:
    """A model with a root a class, and the classes' shares among the training rows."""

    task: Task
    model: NgramModel
    vocabulary: Vocabulary
    log_prior: list[float]
    decision: Decision
    cutter: Cutter
    choice: Choice
    notes: Json = field(init=False)
    trainable_parameters: int = field(init=False)
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        self.notes = {
            **asdict(self.choice),
            "tokens": self.cutter.tokens,
            "scale": self.decision.scale,
        }
        size = self.model.size + len(self.log_prior)
        self.trainable_parameters = self.total_parameters = size

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """Answer every row; probabilities are Bayes', calibrated on the validation rows."""
        sentences = list(self.cutter.cut(self.task.texts(table)))
        prepared = self.model.prepare(self.vocabulary.encode(sentences))
        logits: np.ndarray = self.model.log_probabilities(prepared) + self.log_prior
        return self.decision.predictions(logits)

    def save(self, folder: Path) -> None:
        """Write the choice and the vocabulary as JSON, and the model beside them."""
        facts = {
            "choice": asdict(self.choice),
            "log_prior": self.log_prior,
            "decision": self.decision.facts(),
        }
        (folder / _FACTS).write_text(json.dumps(facts), "utf-8")
        self.cutter.save(folder)
        self.vocabulary.save(folder / _VOCABULARY)
        self.model.save(folder)
