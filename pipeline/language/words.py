"""A model of words, as ARPA files hold it; a word is what stands between white space."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline import storage
from pipeline.contracts import Json, Predictions, Reporter, Silent, Task
from pipeline.language import arpa, arpa_reading
from pipeline.language.arpa_lines import SMALLEST
from pipeline.language.ngram import NgramModel
from pipeline.language.vocabulary import UNKNOWN, Encoded, Vocabulary

if TYPE_CHECKING:
    import pyarrow as pa

ARPA_FILE = "model.arpa"


@dataclass(frozen=True)
class Words:
    """A vocabulary as ``alphabets.Alphabet``; a word that it lacks costs what ``<unk>`` costs."""

    vocabulary: Vocabulary
    name: str = "words"
    unknown: float = 0.0

    @property
    def size(self) -> int:
        """V."""
        return len(self.vocabulary)

    def encode(self, texts: Sequence[str]) -> Encoded:
        """A token a word."""
        return self.vocabulary.encode([text.split() for text in texts])

    def decode(self, ids: Sequence[int]) -> str:
        """The words with a space between."""
        return " ".join(self.vocabulary.tokens[id_] for id_ in ids)

    def words(self) -> list[str]:
        """(V,) the words themselves."""
        return list(self.vocabulary.tokens)

    def save(self, folder: Path) -> None:
        """Write nothing: an ARPA file has its words in it."""


@dataclass
class WordModel:
    """What an ARPA file holds, as ``contracts.Fitted`` and ``language.writing.Writer``."""

    task: Task
    alphabet: Words
    model: NgramModel
    notes: Json = field(default_factory=dict)
    trainable_parameters: int = 0
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        self.total_parameters = self.model.size

    @classmethod
    def read(cls, path: Path, task: Task, report: Reporter) -> WordModel:
        """From a file.

        Raises:
            ModelError: it cannot be read.
        """
        vocabulary, model = arpa_reading.read(path, report=report)
        return cls(task, Words(vocabulary), model)

    @property
    def knows_unknown(self) -> bool:
        """It has a line for words that it lacks."""
        return bool(self.model.alone[UNKNOWN] > SMALLEST)

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """(N, 2) negative log-likelihood of every text in nats, and its words with the end."""
        encoded = self.alphabet.encode(self.task.texts(table))
        nats = -self.model.log_probabilities(self.model.prepare(encoded))
        return Predictions(answers=np.column_stack([nats, encoded.lengths - 1]))

    def following(self, context: Sequence[int]) -> Generator[np.ndarray, int, None]:
        """See ``language.writing.Writer``."""
        said = list(context)
        while True:
            said.append((yield self.model.distribution(said)))

    def save(self, folder: Path) -> None:
        """Write an ARPA file again."""
        with storage.new_text(folder / ARPA_FILE) as file:
            arpa.write(self.model, self.alphabet.words(), file, report=Silent())
