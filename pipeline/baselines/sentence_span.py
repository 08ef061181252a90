"""The sentence that is most like the question, and the words in it that fit the question."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from pipeline.baselines._answer_spans import answer, sentences, words
from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work

if TYPE_CHECKING:
    import pyarrow as pa

_FILE = "sentence_span.json"
_THRESHOLDS = 20
"""How many likenesses are tried below which a question is held to have no answer."""


@dataclass(frozen=True)
class Choice:
    """What is chosen on validation.

    Attributes:
        longest: words of an answer, at the most.
        common: share of the largest weight below which words neither begin nor end an answer.
        least: likeness of question and sentence below which there is no answer.
    """

    longest: int
    common: float
    least: float


class SentenceSpan(Baseline):
    """The best sentence by TF-IDF, then dates to when, numbers to how many, names to who.

    To other questions, and where the sentence has nothing of the kind, it answers with the
    run of words that tells most and is not in the question. The rules are for English.
    """

    tasks: ClassVar[frozenset[str]] = frozenset({"question-answering"})

    longest: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        (2, 4, 8, 16), min_length=1, description="words of an answer at the most, to choose from"
    )
    common: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        (0.0, 0.3, 0.6),
        min_length=1,
        description="words that tell less than this share of the most telling one neither begin"
        " nor end an answer, to choose from",
    )

    def fit(self, work: Work) -> FittedSentenceSpan:
        """Weigh the words of the training contexts, then try what there is to choose from."""
        from pipeline.evaluation.scoring import higher_is_better, score

        weights = _weights(dict.fromkeys(work.train["context"].to_pylist()))
        gold = work.task.references(work.validation, work.labels)
        sign = 1 if higher_is_better(work.metric) else -1

        def fitted(choice: Choice) -> FittedSentenceSpan:
            return FittedSentenceSpan(weights, choice)

        def quality(choice: Choice) -> float:
            answers = fitted(choice).predict(work.validation, work.report)
            return sign * score(work.metric, gold, answers, work.labels)

        pairs = [Choice(n, share, -1.0) for n in self.longest for share in self.common]
        best = max(pairs, key=quality)
        if not all(work.train["answers"].to_pylist()):
            least = _quantiles(fitted(best).likenesses(work.validation))
            best = max((best, *(replace(best, least=value) for value in least)), key=quality)
        return fitted(best)

    @staticmethod
    def load(folder: Path, task: Task) -> FittedSentenceSpan:
        """Read back what ``save`` wrote."""
        facts = json.loads((folder / _FILE).read_text("utf-8"))
        return FittedSentenceSpan(facts["weights"], Choice(**facts["choice"]))


@dataclass
class FittedSentenceSpan:
    """Weights of words, and what was chosen.

    Attributes:
        weights: word in lower case -> inverse frequency among training sentences.
    """

    weights: Mapping[str, float]
    choice: Choice
    notes: Json = field(init=False)
    trainable_parameters: int = field(init=False)
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        self.notes = asdict(self.choice)
        self._most = max(self.weights.values(), default=1.0)
        self.trainable_parameters = self.total_parameters = len(self.weights) + 3

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """An answer a question, "" where no sentence is like enough."""
        import numpy as np

        from pipeline.ragged import objects

        answers, places = [], []
        rows = zip(
            table["question"].to_pylist(),
            table["context"].to_pylist(),
            self._best_sentences(table),
            strict=True,
        )
        for question, context, (likeness, sentence) in rows:
            found = answer(
                question,
                sentence,
                self.weights,
                common=self.choice.common * self._most,
                longest=self.choice.longest,
            )
            answers.append(found if likeness >= self.choice.least else "")
            start = context.find(answers[-1], context.find(sentence)) if answers[-1] else -1
            places.append((start, start + len(answers[-1])))
        return Predictions(
            answers=objects(answers), places=np.asarray(places, np.int64).reshape(-1, 2)
        )

    def likenesses(self, table: pa.Table) -> list[float]:
        """(N,) how like the best sentence of each context is to its question, 0 to 1."""
        return [likeness for likeness, _ in self._best_sentences(table)]

    def save(self, folder: Path) -> None:
        """Write weights and choice as JSON."""
        facts = {"weights": dict(self.weights), "choice": asdict(self.choice)}
        (folder / _FILE).write_text(json.dumps(facts, ensure_ascii=False), "utf-8")

    def _best_sentences(self, table: pa.Table) -> list[tuple[float, str]]:
        """Likeness and text of the sentence of each context that is most like its question."""
        split: dict[str, list[tuple[str, dict[str, float]]]] = {}
        found = []
        rows = zip(table["question"].to_pylist(), table["context"].to_pylist(), strict=True)
        for question, context in rows:
            if context not in split:
                texts = [context[start:end] for start, end in sentences(context)]
                split[context] = [(text, self._vector(text)) for text in texts]
            asked = self._vector(question)
            scored = [(_product(asked, vector), text) for text, vector in split[context]]
            found.append(max(scored, key=lambda pair: pair[0], default=(0.0, "")))
        return found

    def _vector(self, text: str) -> dict[str, float]:
        """TF-IDF of a text's words, of length 1."""
        counted = Counter(word.lower for word in words(text))
        weighed = {
            word: (1 + math.log(count)) * self.weights.get(word, self._most)
            for word, count in counted.items()
        }
        length = math.sqrt(sum(value**2 for value in weighed.values()))
        return {word: value / length for word, value in weighed.items()} if length else {}


def _weights(contexts: Iterable[str]) -> dict[str, float]:
    """Smoothed inverse frequency of each word among all sentences."""
    seen: Counter[str] = Counter()
    count = 0
    for context in contexts:
        for start, end in sentences(context):
            seen.update({word.lower for word in words(context[start:end])})
            count += 1
    return {word: math.log((1 + count) / (1 + found)) + 1 for word, found in seen.items()}


def _product(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(value * other.get(word, 0.0) for word, value in one.items())


def _quantiles(values: Sequence[float]) -> list[float]:
    """Some of the values, evenly spread over their ranks."""
    ordered = sorted(values)
    step = max(1, len(ordered) // _THRESHOLDS)
    return ordered[::step]
