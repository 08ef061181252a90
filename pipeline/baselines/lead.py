"""A summary for nothing: how the text begins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from pipeline import storage
from pipeline.baselines._written import answers, quality
from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work

if TYPE_CHECKING:
    import pyarrow as pa

_FILE = "lead.json"
_SENTENCE_END = re.compile(r"(?:(?<=[.!?。])|(?<=[.!?][\"')\]]))\s+|\n+")

Unit = Literal["sentences", "words"]
Length = Annotated[int, Field(ge=1, le=10_000)]


class Lead(Baseline):
    """The first sentences or words of the text; how many is chosen on the validation rows.

    On news this baseline is known to be strong (Nallapati et al. 2016, arXiv:1602.06023,
    section 4; See et al. 2017, arXiv:1704.04368, section 5).
    """

    tasks: ClassVar[frozenset[str]] = frozenset({"seq2seq"})

    sentences: tuple[Length, ...] = Field(
        (1, 2, 3, 5), description="numbers of sentences to choose from; empty for none"
    )
    words: tuple[Length, ...] = Field(
        (5, 10, 15, 20, 30, 50, 80), description="numbers of words to choose from; empty for none"
    )

    @model_validator(mode="after")
    def _leaves_something(self) -> Lead:
        if not self.sentences and not self.words:
            raise ValueError("sentences and words cannot both be empty")
        return self

    def fit(self, work: Work) -> FittedLead:
        """Try every number; of equals the first counts."""
        texts = work.task.texts(work.validation)
        gold = work.task.references(work.validation, work.labels)
        choices: list[tuple[Unit, int]] = [("sentences", count) for count in self.sentences]
        choices += [("words", count) for count in self.words]
        best: tuple[float, tuple[Unit, int]] | None = None
        with work.report.progress("lead", len(choices)) as done:
            for unit, count in choices:
                found = quality(work, gold, [beginning(text, unit, count) for text in texts])
                if best is None or found > best[0]:
                    best = found, (unit, count)
                done(1)
        assert best is not None  # noqa: S101
        return FittedLead(task=work.task, unit=best[1][0], count=best[1][1])

    @staticmethod
    def load(folder: Path, task: Task) -> FittedLead:
        """Read back what ``save`` wrote."""
        return FittedLead(task=task, **storage.read_json(folder / _FILE))


@dataclass
class FittedLead:
    """How much of a text is its summary."""

    task: Task
    unit: Unit
    count: int
    notes: Json = field(init=False)
    trainable_parameters: int = 1
    total_parameters: int = 1

    def __post_init__(self) -> None:
        self.notes = {"unit": self.unit, "count": self.count}

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """The beginning of every text."""
        texts = self.task.texts(table)
        return answers([beginning(text, self.unit, self.count) for text in texts])

    def save(self, folder: Path) -> None:
        """Write the choice as JSON."""
        storage.write_json(folder / _FILE, {"unit": self.unit, "count": self.count})


def beginning(text: str, unit: Unit, count: int) -> str:
    """The first so many sentences or words of a text."""
    if unit == "words":
        return " ".join(text.split()[:count])
    text = text.strip()
    ends = [found.start() for found in _SENTENCE_END.finditer(text)]
    return text[: ends[count - 1]] if len(ends) >= count else text
