"""Masked tokens from the few tokens on both sides of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field

from pipeline.baselines._smoothing import Order
from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work
from pipeline.errors import RecipeError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from pipeline.language.alphabets import SubwordAlphabet
    from pipeline.language.infilling import BothSides

_FACTS = "ngram-fill.json"
_JUDGED = 1000
"""Masked validation tokens that candidates are judged by; a thousand tell powers apart."""

Power = Annotated[float, Field(ge=0, le=2)]


class NgramFill(Baseline):
    """Two n-gram models meet at the masked token, one from each side.

    p(w | left, right) is p(w | left) p(w | right) / p(w)^power, shared out over all sub-words
    of the base. What else is masked nearby is unknown here too. Order and power are chosen on
    masked tokens of the validation rows.
    """

    tasks: ClassVar[frozenset[str]] = frozenset({"masked-lm"})

    orders: tuple[Order, ...] = Field(
        (2, 3), min_length=1, description="orders to choose from: tokens of the longest n-gram"
    )
    powers: tuple[Power, ...] = Field(
        (0.0, 0.5, 1.0), min_length=1, description="powers of p(w) to choose from"
    )

    def fit(self, work: Work) -> FittedNgramFill:
        """Count both ways once; judge every order and power on the validation rows.

        Raises:
            RecipeError: there is no base whose sub-words could be masked.
        """
        from pipeline.language.alphabets import SubwordAlphabet
        from pipeline.language.infilling import BothSides

        if work.subwords is None:
            raise RecipeError("ngram-fill counts the base's sub-words, and there is no base")
        alphabet = SubwordAlphabet(work.subwords)
        text = alphabet.encode(work.task.texts(work.train))
        models = BothSides.fit(text, orders=self.orders, vocabulary_size=alphabet.size)
        best: tuple[float, FittedNgramFill] | None = None
        with work.report.progress("ngram-fill", len(models)) as done:
            for order, model in zip(self.orders, models, strict=True):
                fitted = FittedNgramFill(work.task, alphabet, model, order=order, power=0.0)
                nats = fitted.judged(work.validation, self.powers)
                for power, found in zip(self.powers, nats, strict=True):
                    if best is None or found < best[0]:
                        chosen = FittedNgramFill(
                            work.task, alphabet, model, order=order, power=power
                        )
                        best = found, chosen
                done(1)
        if best is None:
            raise ValueError("the options leave no candidate")
        return best[1]

    @staticmethod
    def load(folder: Path, task: Task) -> FittedNgramFill:
        """Read back what ``save`` wrote."""
        from pipeline.language.alphabets import TOKENIZER_FILE, SubwordAlphabet, TokenizerFile
        from pipeline.language.infilling import BothSides

        model = BothSides.load(folder)
        alphabet = SubwordAlphabet(
            TokenizerFile.read(folder / TOKENIZER_FILE), size=model.forwards.vocabulary_size
        )
        facts = json.loads((folder / _FACTS).read_text("utf-8"))
        return FittedNgramFill(task, alphabet, model, **facts)


@dataclass
class FittedNgramFill:
    """A model of both sides, and the power of p(w)."""

    task: Task
    alphabet: SubwordAlphabet
    model: BothSides
    order: int
    power: float
    notes: Json = field(init=False)
    trainable_parameters: int = field(init=False)
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        self.notes = {"order": self.order, "power": self.power}
        self.trainable_parameters = self.total_parameters = self.model.size

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """(N, 3) right tokens, nats and masked tokens of every text."""
        import numpy as np

        answers = np.zeros((table.num_rows, 3))
        with report.progress("predicting", table.num_rows) as advance:
            for row, ids, places in self._masked(table):
                for place in places.tolist():
                    (shares,) = self.model.log_shares(_hidden(ids, places), place, [self.power])
                    gold = ids[place]
                    answers[row] += (shares.argmax() == gold, -shares[gold], 1)
                advance(1)
        return Predictions(answers=answers)

    def judged(self, table: pa.Table, powers: tuple[float, ...]) -> np.ndarray:
        """Nats of some masked tokens under each power."""
        import numpy as np

        nats, asked = np.zeros(len(powers)), 0
        for _, ids, places in self._masked(table):
            for place in places.tolist():
                found = self.model.log_shares(_hidden(ids, places), place, powers)
                nats -= [shares[ids[place]] for shares in found]
            asked += len(places)
            if asked >= _JUDGED:
                break
        return nats

    def _masked(self, table: pa.Table) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Each row's number, its ids without boundaries, and which places are masked."""
        import numpy as np

        from pipeline.language.masking import asked, word_begins
        from pipeline.language.vocabulary import SYMBOLS
        from pipeline.ragged import Ragged

        texts = self.task.texts(table)
        encoded = self.alphabet.encode(texts)
        offsets = np.append(encoded.starts, len(encoded.ids)) - 2 * np.arange(len(texts) + 1)
        inside = np.ones(len(encoded.ids), dtype=bool)
        inside[encoded.starts] = inside[encoded.starts + encoded.lengths - 1] = False
        ids = Ragged(encoded.ids[inside], offsets)
        bare = Ragged(np.maximum(ids.values - len(SYMBOLS), 0), offsets)
        # The task owns how much is masked; another task than masked-lm never comes here.
        masking: Any = self.task
        begins = word_begins(self.alphabet.subwords) if masking.whole_word else None
        masked = Ragged(asked(texts, bare, begins, probability=masking.probability), offsets)
        for row in range(len(texts)):
            yield row, ids[row], np.flatnonzero(masked[row])

    def save(self, folder: Path) -> None:
        """Write the choice as JSON, the tokenizer, and each side as npz."""
        (folder / _FACTS).write_text(json.dumps(self.notes), "utf-8")
        self.alphabet.save(folder)
        self.model.save(folder)


def _hidden(ids: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The ids with the masked ones unknown."""
    from pipeline.language.vocabulary import UNKNOWN

    found = ids.copy()
    found[places] = UNKNOWN
    return found
