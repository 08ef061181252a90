"""Everything that can answer a task: it fits, predicts, can be saved, and has a cost.

Shapes: N rows, H hidden units.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

from pydantic import Field

from pipeline.components import Component
from pipeline.contracts.reporting import Reporter, Silent
from pipeline.contracts.rows import Predictions
from pipeline.contracts.task import Task
from pipeline.contracts.terms import Json, Kind

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


class Subwords(Protocol):
    """The base's own tokens, for baselines that are to read what the model reads."""

    @property
    def size(self) -> int:
        """How many different tokens there are."""

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of each text, without special tokens."""

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids."""

    def spelling(self, id_: int) -> str | None:
        """A token as the tokenizer itself writes it, such as ``##ing``; None where it has none."""

    def save(self, path: Path) -> None:
        """Write ``tokenizer.json``, from which ``tokenizers.Tokenizer.from_file`` reads it."""


class Features(Protocol):
    """What the base makes of a row as a whole, for baselines that build on it."""

    @property
    def size(self) -> int:
        """Weights of the base."""

    def of(self, table: pa.Table, report: Reporter) -> np.ndarray:
        """(N, H) float32."""


@dataclass(frozen=True)
class Work:
    """What a contender may learn from. Test rows are not in it.

    Attributes:
        subwords: the base's tokenizer; None outside of a run.
        from_scratch: trains the run's own network, its weights random at the start.
        features: of the run's own base, before it is trained; None outside of a run.
    """

    task: Task
    labels: tuple[str, ...]
    train: pa.Table
    validation: pa.Table
    metric: str
    seed: int
    report: Reporter = field(default_factory=Silent)
    subwords: Subwords | None = None
    from_scratch: FromScratch | None = None
    features: Features | None = None


class Fitted(Protocol):
    """A contender after training."""

    notes: Json
    """What was chosen on validation, such as ``{"C": 1.0, "ngrams": [1, 2]}``."""
    trainable_parameters: int
    total_parameters: int

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """Answer every row, in order."""

    def save(self, folder: Path) -> None:
        """Write what is needed to answer again; no pickle. ``folder`` exists and is empty."""


class FromScratch(Protocol):
    """Trains the run's own network without its pretrained weights, all else being the same."""

    def __call__(
        self, work: Work, *, learning_rates: Sequence[float], epochs: float | None
    ) -> Fitted:
        """Train every weight from a random start, once with each learning rate.

        Args:
            learning_rates: peaks; the training that is best on the validation rows is kept.
            epochs: None: as many as the run's own.
        """


class Contender(Protocol):
    """Anything that can answer a task."""

    @property
    def name(self) -> str:
        """As tables and predictions call it."""

    @property
    def kind(self) -> Kind:
        """Fine-tuned or baseline; nothing but the verdict asks."""

    def fit(self, work: Work) -> Fitted:
        """Learn from the training rows; choose on the validation rows."""


class Baseline(Component):
    """A classic contender. See ``pipeline/baselines``; its fields are its options."""

    kind: ClassVar[Kind] = "baseline"
    seeded: ClassVar[bool] = False
    """Another seed gives another model, so that it is trained once a seed."""
    tasks: ClassVar[frozenset[str]]
    """What it can answer, each as ``Task.problem`` calls it."""
    needs_base: ClassVar[bool] = False
    """It answers with the run's base beside what it saves."""

    alias: str | None = Field(
        None,
        alias="as",
        pattern="^[a-z0-9][a-z0-9_.-]*$",
        description="what tables call it, for a recipe that has the same one with several options",
    )

    @property
    def called(self) -> str:
        """See ``Component``."""
        return self.alias or self.name

    def options(self) -> Json:
        """See ``Component``; without ``as`` where there is none."""
        options = super().options()
        if self.alias is None:
            del options["as"]
        return options

    @abstractmethod
    def fit(self, work: Work) -> Fitted:
        """Learn from the training rows; choose on the validation rows."""

    @staticmethod
    @abstractmethod
    def load(folder: Path, task: Task) -> Fitted:
        """Read back what ``Fitted.save`` wrote; ``task`` reads the texts of a table."""
