"""A recurrent language model: an LSTM that reads every text from its beginning."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from pipeline.baselines._texts import AlphabetName, alphabet_of, answered
from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from pipeline.language.alphabets import Alphabet
    from pipeline.language.rnn import Rnn

_FACTS = "lstm-lm.json"


class LstmLm(Baseline):
    """A small LSTM language model, trained on these texts alone.

    Every text starts from an empty state; gradients reach back ``span`` tokens, the state
    further. The epoch that is best on the validation rows is kept.

    Source: Zaremba et al. 2014 (arXiv:1409.2329), section 4.1, the small network.
    """

    seeded: ClassVar[bool] = True
    tasks: ClassVar[frozenset[str]] = frozenset({"causal-lm"})

    alphabet: AlphabetName = Field(
        "subwords", description="what to read: subwords (the base's own) or characters"
    )
    hidden: int = Field(200, ge=8, le=4096, description="units of a layer")
    layers: int = Field(2, ge=1, le=8, description="layers")
    dropout: float = Field(0.2, ge=0, lt=1, description="dropout between layers")
    epochs: int = Field(10, ge=1, description="passes over the training rows, at most")
    max_steps: int = Field(1000, ge=1, description="steps of the optimiser, at most")
    learning_rate: float = Field(0.003, gt=0, le=1, description="peak learning rate")
    batch_size: int = Field(32, ge=1, description="texts of a step")
    span: int = Field(64, ge=1, description="tokens that a gradient reaches back")

    def fit(self, work: Work) -> FittedLstmLm:
        """Train on the training rows; keep the best epoch on the validation rows."""
        from pipeline.language.rnn_training import Training, planned, train

        texts = work.task.texts(work.train)
        alphabet = alphabet_of(self.alphabet, texts, work)
        options = self.model_dump(include={one.name for one in fields(Training)})
        training = Training(**options, seed=work.seed)
        text = alphabet.encode(texts)
        with work.report.progress("lstm-lm", planned(text, training)) as advance:
            model, epoch = train(
                text,
                alphabet.encode(work.task.texts(work.validation)),
                training,
                vocabulary_size=alphabet.size,
                advance=advance,
            )
        return FittedLstmLm(work.task, alphabet, model, alphabet.name, epoch)

    @staticmethod
    def load(folder: Path, task: Task) -> FittedLstmLm:
        """Read back what ``save`` wrote."""
        from pipeline.language import alphabets
        from pipeline.language.rnn import Rnn

        model = Rnn.load(folder)
        facts = json.loads((folder / _FACTS).read_text("utf-8"))
        return FittedLstmLm(task, alphabets.load(folder, size=len(model.ranks)), model, **facts)


@dataclass
class FittedLstmLm:
    """A network and what it reads; also a ``language.writing.Writer``."""

    task: Task
    alphabet: Alphabet
    model: Rnn
    unit: str
    epoch: int
    notes: Json = field(init=False)
    trainable_parameters: int = field(init=False)
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        self.notes = {"alphabet": self.unit, "epoch": self.epoch}
        self.trainable_parameters = self.total_parameters = self.model.size

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """(N, 2) negative log-likelihood of every text in nats, and its tokens with the end."""
        return answered(self.task.texts(table), self._nats, report)

    def _nats(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        import numpy as np

        from pipeline.language.vocabulary import UNKNOWN

        encoded = self.alphabet.encode(texts)
        nats = self.model.token_nats(encoded) + self.alphabet.unknown * (encoded.ids == UNKNOWN)
        return np.add.reduceat(nats, encoded.starts), encoded.lengths - 1

    def following(self, context: Sequence[int]) -> Generator[np.ndarray, int, None]:
        """See ``language.writing.Writer``."""
        return self.model.following(context)

    def save(self, folder: Path) -> None:
        """Write the choice as JSON, the alphabet, and the weights as safetensors."""
        (folder / _FACTS).write_text(json.dumps({"unit": self.unit, "epoch": self.epoch}), "utf-8")
        self.alphabet.save(folder)
        self.model.save(folder)
