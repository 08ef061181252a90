"""Each word's most frequent tag: what one scores without reading the words beside it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from pipeline.contracts import Baseline, Json, Predictions, Reporter, Task, Work

if TYPE_CHECKING:
    import pyarrow as pa

_FILE = "most_frequent_tag.json"
_RARE = 10
"""Unknown words are like rare ones: only words seen this often at the most teach endings."""


@dataclass(frozen=True)
class Counts:
    """Most frequent tags.

    Attributes:
        words: of each word.
        lower: of each word in lower case.
        endings: of rare words with a shape (see ``_views``) and the same last letters.
        all_words: whatever the word.
    """

    words: dict[str, str]
    lower: dict[str, str]
    endings: dict[str, str]
    all_words: str

    def up_to(self, length: int) -> Counts:
        """With shorter endings only."""
        kept = {key: tag for key, tag in self.endings.items() if len(key) <= 1 + length}
        return replace(self, endings=kept)


class MostFrequentTag(Baseline):
    """The tag that a word had most often in training; of unknown words, that of their endings.

    Back-off goes from the word to the word in lower case, to its shape and last letters, to its
    shape alone. How many last letters, is chosen on validation.

    Source: the endings of rare words as in Brants 2000 (A00-1031), section 2.3.
    """

    tasks: ClassVar[frozenset[str]] = frozenset({"token-classification"})

    longest_ending: int = Field(
        4, ge=0, le=10, description="last letters of unknown words to look at, at the most"
    )

    def fit(self, work: Work) -> FittedMostFrequentTag:
        """Count, then choose how long endings may be; of equals the shorter ones are kept."""
        from pipeline.evaluation.scoring import higher_is_better, score

        tags = work.task.references(work.train, work.labels)
        gold = work.task.references(work.validation, work.labels)
        counts = _count(work.train["words"].to_pylist(), tags, self.longest_ending)
        sign = 1 if higher_is_better(work.metric) else -1

        def candidate(length: int) -> FittedMostFrequentTag:
            return FittedMostFrequentTag(
                counts=counts.up_to(length), ending=length, spans="span_f1" in work.task.metrics
            )

        def quality(length: int) -> float:
            answers = candidate(length).predict(work.validation, work.report)
            return sign * score(work.metric, gold, answers, work.labels)

        return candidate(max(range(self.longest_ending + 1), key=quality))

    @staticmethod
    def load(folder: Path, task: Task) -> FittedMostFrequentTag:
        """Read back what ``save`` wrote."""
        facts = json.loads((folder / _FILE).read_text("utf-8"))
        facts["counts"] = Counts(**facts["counts"])
        return FittedMostFrequentTag(**facts)


@dataclass
class FittedMostFrequentTag:
    """Most frequent tags, and how long an ending may be.

    Attributes:
        spans: tags write spans, and answers are to be IOB2.
    """

    counts: Counts
    ending: int
    spans: bool
    notes: Json = field(init=False)
    trainable_parameters: int = field(init=False)
    total_parameters: int = field(init=False)

    def __post_init__(self) -> None:
        self.notes = {"ending": self.ending}
        tables = (self.counts.words, self.counts.lower, self.counts.endings)
        self.trainable_parameters = self.total_parameters = 1 + sum(map(len, tables))

    def predict(self, table: pa.Table, report: Reporter) -> Predictions:
        """The most special of what training knew of a word decides."""
        from pipeline.data.tags import iob2
        from pipeline.ragged import objects

        rows = [tuple(map(self._tag, words)) for words in table["words"].to_pylist()]
        answers = [iob2(row).tags for row in rows] if self.spans else rows
        return Predictions(answers=objects(answers))

    def _tag(self, word: str) -> str:
        counts = self.counts
        found = counts.words.get(word) or counts.lower.get(word.lower())
        if found is None:
            views = _views(word, self.ending)
            found = next(
                (tag for view in views if (tag := counts.endings.get(view))), counts.all_words
            )
        return found

    def save(self, folder: Path) -> None:
        """Write the tables as JSON."""
        facts = {"counts": asdict(self.counts), "ending": self.ending, "spans": self.spans}
        (folder / _FILE).write_text(json.dumps(facts, ensure_ascii=False), "utf-8")


def _count(
    rows: Iterable[list[str]], tags: Iterable[tuple[str, ...]], longest_ending: int
) -> Counts:
    words: dict[str, Counter[str]] = defaultdict(Counter)
    lower: dict[str, Counter[str]] = defaultdict(Counter)
    endings: dict[str, Counter[str]] = defaultdict(Counter)
    for row, row_tags in zip(rows, tags, strict=True):
        for word, tag in zip(row, row_tags, strict=True):
            words[word][tag] += 1
            lower[word.lower()][tag] += 1
    everything: Counter[str] = Counter()
    for word, found in words.items():
        everything += found
        if found.total() <= _RARE:
            for view in _views(word, longest_ending):
                endings[view] += found
    return Counts(
        words=_most_frequent(words),
        lower=_most_frequent(lower),
        endings=_most_frequent(endings),
        all_words=_first(everything),
    )


def _views(word: str, longest: int) -> Iterator[str]:
    """A word's shape with its last letters, many letters first, none last."""
    digit = any(character.isdigit() for character in word)
    shape = "9" if digit else "A" if word[:1].isupper() else "a"
    for length in range(min(longest, len(word)), -1, -1):
        yield shape + word.lower()[len(word) - length :] if length else shape


def _most_frequent(counted: dict[str, Counter[str]]) -> dict[str, str]:
    return {key: _first(found) for key, found in counted.items()}


def _first(found: Counter[str]) -> str:
    """The most frequent tag, of equals the first in the alphabet."""
    return min(found, key=lambda tag: (-found[tag], tag))
