"""Answers beside the rows that they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.contracts import Json, Predictions, Task
from pipeline.predicting.reading import Chunk

_DIGITS = 6


@dataclass(frozen=True)
class Portion:
    """A chunk with its answers.

    Attributes:
        reported: the answers' columns of the whole rows; None where no row is whole.
        said: each of those answers in words, with the text that it answers.
        probable: the probabilities of each in words; empty where nobody asked for them.
    """

    chunk: Chunk
    reported: pa.Table | None
    said: Sequence[tuple[str, str]]
    probable: Sequence[str]

    def answers(self) -> list[Json]:
        """The columns of each row's answer; none of a row without a text."""
        found: list[Json] = [{} for _ in self.chunk.rows]
        if self.reported is not None:
            for number, row in zip(
                self.chunk.whole.tolist(), self.reported.to_pylist(), strict=True
            ):
                found[number] = row
        return found

    def lines(self) -> list[str]:
        """Each row for a person: answer, score where there is one, and text, tabs between."""
        found = ["\t" for _ in self.chunk.rows]
        scores = [""] * len(self.said)
        if self.reported is not None and "score" in self.reported.column_names:
            scores = [_shown(score) for score in self.reported["score"].to_pylist()]
        for n, (number, (answer, text)) in enumerate(
            zip(self.chunk.whole.tolist(), self.said, strict=True)
        ):
            score = self.probable[n] if self.probable else scores[n]
            parts = [answer, score, text] if score else [answer, text]
            found[number] = "\t".join(" ".join(part.split()) for part in parts)
        return found


@dataclass(frozen=True)
class Answered:
    """From predictions to portions.

    Attributes:
        probabilities: a column for each class, ``probability_LABEL``.
    """

    task: Task
    labels: Sequence[str]
    probabilities: bool

    def portion(self, chunk: Chunk, found: Predictions | None) -> Portion:
        """Answers to a chunk.

        Args:
            found: to the rows that are whole; None where none is.
        """
        if found is None:
            return Portion(chunk, None, (), ())
        table = self.task.reported(found, chunk.table, self.labels)
        probable: list[str] = []
        if self.probabilities and found.scores is not None:
            scores = found.scores.astype(np.float64).round(_DIGITS)
            for label, column in zip(self.labels, scores.T, strict=True):
                table = table.append_column(f"probability_{label}", pa.array(column))
            probable = [self._in_order(row) for row in scores]
        answers = self.task.in_context(found.answers, chunk.table, self.labels)
        said = list(zip(answers, self.task.texts(chunk.table), strict=True))
        return Portion(chunk, table, said, probable)

    def _in_order(self, scores: np.ndarray) -> str:
        """All labels with their probabilities, the likeliest first."""
        order = np.argsort(-scores, kind="stable")
        return ", ".join(f"{self.labels[n]} {scores[n]:.4f}" for n in order)


def _shown(score: float | Sequence[float]) -> str:
    if isinstance(score, float):
        return f"{score:.4f}"
    return ", ".join(f"{one:.4f}" for one in score)
