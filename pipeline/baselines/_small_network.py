"""A small network as a baseline: its words, its training, its answers."""

from __future__ import annotations

import copy
import json
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from pipeline.baselines._choosing import Decision, Quality, judge
from pipeline.baselines._pairs import sides
from pipeline.baselines._tokens import TOKENS, Cutter, Tokens
from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from pipeline.language.vocabulary import Vocabulary
    from pipeline.networks.reading import Reader, Sizes
    from pipeline.ragged import Ragged

_FACTS = "network.json"
_WEIGHTS = "network.safetensors"
_VOCABULARY = "vocabulary.json"

Advance = Callable[[int], None]
Rate = Annotated[float, Field(gt=0, le=1)]


class SmallNetwork(Baseline):
    """Options and training that small networks have in common."""

    seeded: ClassVar[bool] = True
    tasks: ClassVar[frozenset[str]] = frozenset(
        {"text-classification", "multi-label text-classification", "text-regression"}
    )

    tokens: Tokens = Field("words", description=TOKENS)
    vocabulary: int = Field(
        30_000, ge=1, le=1_000_000, description="most frequent tokens that are told apart"
    )
    longest: int = Field(400, ge=1, le=100_000, description="tokens of a text that are read")
    embedding: int = Field(128, ge=4, le=4096, description="size of a token's vector")
    dropout: float = Field(0.5, ge=0, lt=1, description="dropout of vectors")
    learning_rates: tuple[Rate, ...] = Field(
        (0.001, 0.003), min_length=1, description="first learning rates to choose from"
    )
    epochs: int = Field(10, ge=1, description="passes over the training rows, at most")
    min_steps: int = Field(
        400, ge=1, description="steps that few rows are given, whatever epochs says"
    )
    max_steps: int = Field(4000, ge=1, description="steps of the optimiser, at most")
    batch_size: int = Field(32, ge=1, description="rows of a step")
    validations: int = Field(
        16, ge=1, description="looks at the validation rows, evenly over all steps"
    )
    patience: int = Field(4, ge=1, description="looks without a gain that end the training")

    @abstractmethod
    def sizes(self, *, vocabulary: int, outputs: int, sides: int) -> Sizes:
        """The network that the options ask for."""

    def fit(self, work: Work) -> FittedNetwork:
        """Train with each learning rate; keep what is best on validation, at its best step.

        Raises:
            UserError: morphemes are asked for, and their package is not installed.
        """
        from pipeline.networks.fitting import Training, outputs_of, train

        reading = _Reading.of(work, self)
        targets = work.task.references(work.train, work.labels)
        gold = work.task.references(work.validation, work.labels)
        units = _Units.of(targets)
        rows, validation = reading.rows(work.train), reading.rows(work.validation)
        sizes = self.sizes(
            vocabulary=len(reading.vocabulary), outputs=max(len(work.labels), 1), sides=len(rows)
        )
        fixed = self.model_dump(include={one.name for one in fields(Training)})
        trainings = [
            Training(**fixed, learning_rate=rate, seed=work.seed) for rate in self.learning_rates
        ]

        def quality(network: Reader) -> Quality:
            return judge(work, gold, units.back(outputs_of(network, validation)))

        best: tuple[Reader, Quality, Json] | None = None
        total = sum(one.planned(len(targets)) for one in trainings)
        with work.report.progress(self.name, total) as advance:
            for training in trainings:
                network, found, step = train(
                    sizes, rows, units.standard(targets), quality, training, advance=advance
                )
                if best is None or found > best[1]:
                    chosen: Json = {"learning_rate": training.learning_rate, "best_step": step}
                    best = network, found, chosen
        assert best is not None  # noqa: S101
        network, found, notes = best
        notes |= {"tokens": reading.cutter.tokens, "vocabulary": len(reading.vocabulary)}
        # Once more, as it will answer: in double precision.
        fitted = FittedNetwork(reading, network, units, found.decision, notes)
        fitted.decision = judge(work, gold, fitted.outputs(validation)).decision
        return fitted

    @staticmethod
    def load(folder: Path, task: Task) -> FittedNetwork:
        """Read back what ``save`` wrote."""
        from safetensors.torch import load_file

        from pipeline.language.vocabulary import Vocabulary
        from pipeline.networks.reading import Reader, Sizes

        facts = json.loads((folder / _FACTS).read_text("utf-8"))
        vocabulary = Vocabulary.load(folder / _VOCABULARY)
        network = Reader(Sizes(**{**facts["sizes"], "widths": tuple(facts["sizes"]["widths"])}))
        network.load_state_dict(load_file(folder / _WEIGHTS))
        return FittedNetwork(
            _Reading(Cutter.load(folder), vocabulary, facts["longest"]),
            network.eval(),
            _Units(**facts["units"]),
            Decision.read(facts["decision"]),
            facts["notes"],
        )


@dataclass(frozen=True)
class _Reading:
    """From rows to ids."""

    cutter: Cutter
    vocabulary: Vocabulary
    longest: int

    @classmethod
    def of(cls, work: Work, options: SmallNetwork) -> _Reading:
        """With the most frequent tokens of the training texts."""
        from pipeline.language.vocabulary import SYMBOLS, Vocabulary

        cutter = Cutter.of(options.tokens, work)
        seen = Counter(chain.from_iterable(cutter.cut(chain.from_iterable(sides(work.train)))))
        frequent = (token for token, _ in seen.most_common(options.vocabulary))
        return cls(
            cutter,
            Vocabulary(token for token in frequent if token not in SYMBOLS),
            options.longest,
        )

    def rows(self, table: pa.Table) -> list[Ragged]:
        """The ids of each side; a token that is not known is as if nothing stood there."""
        from pipeline.ragged import Ragged

        return [
            Ragged.of(
                [self.vocabulary.lookup(tokens[: self.longest]) for tokens in self.cutter.cut(side)]
            )
            for side in sides(table)
        ]


@dataclass(frozen=True)
class _Units:
    """Mean and deviation of numbers; of classes nothing is to be changed."""

    mean: float = 0.0
    deviation: float = 1.0

    @classmethod
    def of(cls, targets: np.ndarray) -> _Units:
        if targets.dtype.kind != "f":
            return cls()
        return cls(float(targets.mean()), float(targets.std()) or 1.0)

    def standard(self, targets: np.ndarray) -> np.ndarray:
        return (targets - self.mean) / self.deviation if targets.dtype.kind == "f" else targets

    def back(self, outputs: np.ndarray) -> np.ndarray:
        return outputs * self.deviation + self.mean


@dataclass
class FittedNetwork:
    """A network, and how its texts are read.

    It answers in double precision: in single precision, a row's answer would depend in its last
    digits on the rows beside it.
    """

    reading: _Reading
    network: Reader
    units: _Units
    decision: Decision
    notes: Json
    trainable_parameters: int = field(init=False)
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        self._precise = copy.deepcopy(self.network).double()
        self.trainable_parameters = self.total_parameters = self.network.size

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """Answer every row; probabilities are calibrated on the validation rows."""
        with report.progress("predicting", table.num_rows) as advance:
            outputs = self.outputs(self.reading.rows(table), advance)
        return self.decision.predictions(outputs)

    def outputs(self, rows: Sequence[Ragged], advance: Advance = lambda done: None) -> np.ndarray:
        """(N, C) logits, or numbers."""
        from pipeline.networks.fitting import outputs_of

        return self.units.back(outputs_of(self._precise, rows, advance=advance))

    def save(self, folder: Path) -> None:
        """Write choices and words as JSON, weights as safetensors."""
        from safetensors.torch import save_file

        facts = {
            "notes": self.notes,
            "sizes": asdict(self.network.sizes),
            "longest": self.reading.longest,
            "units": asdict(self.units),
            "decision": self.decision.facts(),
        }
        (folder / _FACTS).write_text(json.dumps(facts), "utf-8")
        self.reading.cutter.save(folder)
        self.reading.vocabulary.save(folder / _VOCABULARY)
        tensors = {name: value.cpu() for name, value in self.network.state_dict().items()}
        save_file(tensors, folder / _WEIGHTS)
