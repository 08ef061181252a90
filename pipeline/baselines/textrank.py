"""A summary out of the text's own sentences: those that most of the others resemble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from pipeline import storage
from pipeline.baselines import _answer_spans
from pipeline.baselines._tokens import TOKENS, Cutter, Tokens
from pipeline.baselines._written import answers, quality
from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_FACTS = "textrank.json"
_DAMPING = 0.85
_ROUNDS = 50
_MOST = 300
"""Sentences of a text that are looked at: their likenesses are a square matrix."""

Length = Annotated[int, Field(ge=1, le=100)]


class Textrank(Baseline):
    """The sentences that a random walk over likenesses visits the most, in the text's order.

    Two sentences are alike by the words that they share, for their lengths. How many sentences
    are answered is chosen on the validation rows.

    Source: Mihalcea and Tarau 2004 (W04-3252), section 4.
    """

    tasks: ClassVar[frozenset[str]] = frozenset({"seq2seq"})

    tokens: Tokens = Field("words", description=TOKENS)
    sentences: tuple[Length, ...] = Field(
        (1, 2, 3, 5), min_length=1, description="numbers of sentences to choose from"
    )

    def fit(self, work: Work) -> FittedTextrank:
        """Rank the validation texts once, then try every number; of equals the first counts.

        Raises:
            UserError: morphemes are asked for, and their package is not installed.
        """
        cutter = Cutter.of(self.tokens, work)
        texts = work.task.texts(work.validation)
        gold = work.task.references(work.validation, work.labels)
        best: tuple[float, int] | None = None
        with work.report.progress("textrank", len(texts)) as advance:
            ranked = []
            for text in texts:
                ranked.append(rank(text, cutter))
                advance(1)
        for count in self.sentences:
            found = quality(work, gold, [best_of(one, count) for one in ranked])
            if best is None or found > best[0]:
                best = found, count
        assert best is not None  # noqa: S101
        return FittedTextrank(work.task, cutter, best[1])

    @staticmethod
    def load(folder: Path, task: Task) -> FittedTextrank:
        """Read back what ``save`` wrote."""
        facts = storage.read_json(folder / _FACTS)
        return FittedTextrank(task, Cutter.load(folder), facts["count"])


@dataclass
class FittedTextrank:
    """How many sentences are a summary."""

    task: Task
    cutter: Cutter
    count: int
    notes: Json = field(init=False)
    trainable_parameters: int = 1
    total_parameters: int = 1

    def __post_init__(self) -> None:
        self.notes = {"sentences": self.count, "tokens": self.cutter.tokens}

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """The best sentences of every text."""
        found = []
        with report.progress("predicting", table.num_rows) as advance:
            for text in self.task.texts(table):
                found.append(best_of(rank(text, self.cutter), self.count))
                advance(1)
        return answers(found)

    def save(self, folder: Path) -> None:
        """Write the choice as JSON, and what words are."""
        storage.write_json(folder / _FACTS, {"count": self.count})
        self.cutter.save(folder)


@dataclass(frozen=True)
class Ranked:
    """The sentences of a text in order, and their places from the best to the worst."""

    sentences: Sequence[str]
    order: Sequence[int]


def rank(text: str, cutter: Cutter) -> Ranked:
    """Cut a text into sentences and rank them; of equal ones the earlier is the better."""
    import numpy as np

    spans = _answer_spans.sentences(text)[:_MOST]
    sentences = [" ".join(text[start:end].split()) for start, end in spans]
    if len(sentences) < 2:
        return Ranked(sentences, range(len(sentences)))
    weights = _walk(_likeness([set(words) for words in cutter.cut(sentences)]))
    # What differs by rounding alone is equal.
    return Ranked(sentences, np.argsort(-weights.round(9), kind="stable").tolist())


def best_of(ranked: Ranked, count: int) -> str:
    """So many sentences, as they stand in the text."""
    return " ".join(ranked.sentences[place] for place in sorted(ranked.order[:count]))


def _likeness(words: Sequence[set[str]]) -> np.ndarray:
    """(S, S) shared words over the logarithms of both lengths; nothing is like itself."""
    import numpy as np

    known = {word: number for number, word in enumerate(sorted(set().union(*words)))}
    present = np.zeros((len(words), len(known)))
    for row, of_sentence in zip(present, words, strict=True):
        row[[known[word] for word in of_sentence]] = 1
    lengths = np.log1p(present.sum(axis=1))
    alike = present @ present.T / np.maximum(lengths[:, None] + lengths[None], 1e-9)
    np.fill_diagonal(alike, 0)
    return alike


def _walk(alike: np.ndarray) -> np.ndarray:
    """(S,) how often each sentence is visited; from one that is like none, any is next."""
    import numpy as np

    count = len(alike)
    totals = alike.sum(axis=1, keepdims=True)
    steps = np.divide(alike, totals, out=np.full_like(alike, 1 / count), where=totals > 0)
    found: np.ndarray = np.full(count, 1 / count)
    for _ in range(_ROUNDS):
        found = (1 - _DAMPING) / count + _DAMPING * (found @ steps)
    return found
