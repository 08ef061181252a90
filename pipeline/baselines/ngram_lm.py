"""An n-gram language model: what came after these few tokens before?"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from pipeline.baselines._smoothing import Order, Pseudocount, SmoothingName, methods, smoothing
from pipeline.baselines._texts import AlphabetName, alphabet_of, answered
from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from pipeline.language.alphabets import Alphabet
    from pipeline.language.ngram import NgramModel
    from pipeline.language.vocabulary import Encoded

_FACTS = "ngram-lm.json"

Share = Annotated[float, Field(ge=0, lt=1)]


@dataclass(frozen=True)
class Choice:
    """One candidate.

    Attributes:
        k: add-k's, None with the other methods.
        cache: share of the text's own history.
    """

    alphabet: str
    order: int
    smoothing: SmoothingName
    k: float | None
    cache: float


class NgramLm(Baseline):
    """Interpolated n-grams with modified Kneser-Ney smoothing, the classic language model.

    All candidates are tried on the validation rows, the likeliest is kept; the models learn
    from the training rows alone. A text that holds something never seen has a probability too.
    The cache lends a share of every token's probability to what the same text said before.

    Sources: Chen and Goodman 1999, section 3; Kuhn and De Mori 1990 for the cache.
    """

    tasks: ClassVar[frozenset[str]] = frozenset({"causal-lm"})

    alphabets: tuple[AlphabetName, ...] = Field(
        ("subwords",),
        min_length=1,
        description="what to count, to choose from: subwords (the base's own) or characters",
    )
    orders: tuple[Order, ...] = Field(
        (3, 5), min_length=1, description="orders to choose from: tokens of the longest n-gram"
    )
    smoothings: tuple[SmoothingName, ...] = Field(
        ("kneser-ney",), min_length=1, description="smoothing methods to choose from"
    )
    k: tuple[Pseudocount, ...] = Field(
        (0.01, 0.1), min_length=1, description="add-k's k to choose from"
    )
    cache: tuple[Share, ...] = Field(
        (0.0, 0.05, 0.1), min_length=1, description="shares of the cache to choose from"
    )

    def fit(self, work: Work) -> FittedNgramLm:
        """Count once to the highest order; then smooth and judge every candidate."""
        from pipeline.language.counts import count
        from pipeline.language.ngram import NgramModel, Text

        texts = work.task.texts(work.train)
        held_out = work.task.texts(work.validation)
        best: tuple[float, FittedNgramLm] | None = None
        candidates = list(methods(self.smoothings, self.k))
        total = len(set(self.alphabets)) * len(set(self.orders)) * len(candidates)
        with work.report.progress("ngram-lm", total) as done:
            for name in dict.fromkeys(self.alphabets):
                alphabet = alphabet_of(name, texts, work)
                highest = max(self.orders)
                ngrams, _ = count(
                    alphabet.encode(texts), order=highest, vocabulary_size=alphabet.size
                )
                text = Text.prepare(
                    alphabet.encode(held_out), vocabulary_size=alphabet.size, order=highest
                )
                unknown = _unknown(alphabet, text.encoded)
                for order in sorted(set(self.orders)):
                    for method, k in candidates:
                        model = NgramModel.estimate(
                            ngrams.up_to(order), smoothing=smoothing(method, k)
                        )
                        known = model.token_log_probabilities(text)
                        for share, nats in self._judged(known, text.encoded):
                            if best is None or nats + unknown < best[0]:
                                choice = Choice(alphabet.name, order, method, k, share)
                                fitted = FittedNgramLm(work.task, alphabet, model, choice)
                                best = nats + unknown, fitted
                        done(1)
        if best is None:
            raise ValueError("the options leave no candidate")
        return best[1]

    def _judged(self, known: np.ndarray, text: Encoded) -> Iterator[tuple[float, float]]:
        """Each share of the cache, and the nats of all tokens with it."""
        from pipeline.language.history import mixed, shares

        said = shares(text)
        yield from ((share, -float(mixed(known, said, share).sum())) for share in self.cache)

    @staticmethod
    def load(folder: Path, task: Task) -> FittedNgramLm:
        """Read back what ``save`` wrote."""
        from pipeline.language import alphabets
        from pipeline.language.ngram import NgramModel

        choice = Choice(**json.loads((folder / _FACTS).read_text("utf-8")))
        model = NgramModel.load(folder)
        return FittedNgramLm(
            task, alphabets.load(folder, size=model.vocabulary_size), model, choice
        )


@dataclass
class FittedNgramLm:
    """A model and what it counts; also a ``language.writing.Writer``."""

    task: Task
    alphabet: Alphabet
    model: NgramModel
    choice: Choice
    notes: Json = field(init=False)
    trainable_parameters: int = field(init=False)
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        self.notes = asdict(self.choice)
        self.trainable_parameters = self.total_parameters = self.model.size

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """(N, 2) negative log-likelihood of every text in nats, and its tokens with the end."""
        return answered(self.task.texts(table), self._nats, report)

    def _nats(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        import numpy as np

        from pipeline.language.history import mixed, shares

        encoded = self.alphabet.encode(texts)
        known = self.model.token_log_probabilities(self.model.prepare(encoded))
        nats = -mixed(known, shares(encoded), self.choice.cache)
        nats += self.alphabet.unknown * _unknown_places(encoded)
        return np.add.reduceat(nats, encoded.starts), encoded.lengths - 1

    def following(self, context: Sequence[int]) -> Generator[np.ndarray, int, None]:
        """See ``language.writing.Writer``."""
        from pipeline.language.history import mixed_next

        said = list(context)
        while True:
            p = self.model.distribution(said)
            said.append((yield mixed_next(p, said, self.choice.cache)))

    def save(self, folder: Path) -> None:
        """Write the choice as JSON, the alphabet, and the model as npz."""
        (folder / _FACTS).write_text(json.dumps(asdict(self.choice)), "utf-8")
        self.alphabet.save(folder)
        self.model.save(folder)


def _unknown_places(text: Encoded) -> np.ndarray:
    from pipeline.language.vocabulary import UNKNOWN

    found: np.ndarray = text.ids == UNKNOWN
    return found


def _unknown(alphabet: Alphabet, text: Encoded) -> float:
    """Nats that say what the unknown tokens of a text are."""
    return alphabet.unknown * int(_unknown_places(text).sum())
