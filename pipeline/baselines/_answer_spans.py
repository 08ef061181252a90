"""Sentences of a text, and the words of one that may answer a question.

The rules for kinds of questions know English; to other languages the last one is left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"(?<=[.!?\u3002\uff01\uff1f])\s+|\n+")
_WORD = re.compile(r"\w+(?:['\u2019.,]\w+)*%?|[£$€]\d(?:[\d.,]*\d)?")
_BREAK = re.compile(r"[^\w\s'\u2019-]")
"""What stands between two words of one name or phrase, never."""

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DATES = re.compile(
    rf"(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}}\b)?(?:,? \d{{4}})?|\b(?:1\d{{3}}|20\d\d)s?\b"
)
_NUMBERS = re.compile(
    r"[£$€]?\d[\d.,]*\d(?:%| percent| million| billion| thousand)?|[£$€]?\d(?:%| percent)?"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
)

_WHEN = ("when", "what year", "what date", "which year", "what month", "what day", "what time")
_HOW_MANY = ("how many", "how much", "how old", "how long", "how far", "what percent", "how large")
_WHO = re.compile(r"\b(?:who|whose|whom)\b")
_WHERE = re.compile(r"\b(?:where|(?:what|which) (?:city|country|state))\b")
_PLACE_BEFORE = frozenset({"in", "at", "near", "to", "from", "of"})


@dataclass(frozen=True)
class Word:
    """A word and its place, in characters."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """In lower case."""
        return self.text.lower()


def words(text: str) -> list[Word]:
    """Words of a text, marks left out."""
    return [Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence begins and ends, in characters; blank ones left out."""
    found, start = [], 0
    for match in [*_SENTENCE_END.finditer(text), None]:
        end = len(text) if match is None else match.start()
        if text[start:end].strip():
            found.append((start, end))
        start = end if match is None else match.end()
    return found


def answer(
    question: str, sentence: str, weights: Mapping[str, float], *, common: float, longest: int
) -> str:
    """The words of a sentence that are likest to answer a question, "" where it has no words.

    Args:
        weights: how telling each word is; unknown ones are most telling.
        common: words of less weight tell nothing, and neither begin nor end an answer.
        longest: words of an answer, at the most.
    """
    unknown = max(weights.values(), default=1.0)

    def tells(word: Word) -> float:
        weight = weights.get(word.lower, unknown)
        return weight if weight >= common else 0.0

    asked = {word.lower for word in words(question)}
    said = question.lower()
    fitting: list[str] = []
    if any(cue in said for cue in _WHEN):
        fitting = _DATES.findall(sentence)
    elif any(cue in said for cue in _HOW_MANY):
        fitting = _NUMBERS.findall(sentence)
    elif _WHERE.search(said):
        fitting = _names(sentence, asked, tells, behind=_PLACE_BEFORE)
    elif _WHO.search(said):
        fitting = _names(sentence, asked, tells, behind=frozenset())
    new = next((text for text in fitting if text.lower() not in asked), "")
    return new or _telling_run(sentence, asked, tells, longest=longest)


def _names(
    sentence: str, asked: set[str], tells: Callable[[Word], float], *, behind: frozenset[str]
) -> list[str]:
    """Runs of words with a capital letter that the question does not hold.

    Those that follow one of the given words come first.
    """
    runs = list(_runs(sentence, lambda word: word.text[0].isupper() and word.lower not in asked))
    runs.sort(key=lambda run: run.before not in behind)
    trimmed = [_trimmed(run.words, tells) for run in runs]
    return [sentence[run[0].start : run[-1].end] for run in trimmed if run]


def _telling_run(
    sentence: str, asked: set[str], tells: Callable[[Word], float], *, longest: int
) -> str:
    """The run of words, none of them the question's, that tells most."""
    best, chosen = 0.0, words(sentence)[:longest]
    for run in _runs(sentence, lambda word: word.lower not in asked):
        kept = _trimmed(_trimmed(run.words, tells)[:longest], tells)
        total = sum(map(tells, kept))
        if total > best:
            best, chosen = total, kept
    return sentence[chosen[0].start : chosen[-1].end] if chosen else ""


def _trimmed(run: list[Word], tells: Callable[[Word], float]) -> list[Word]:
    """Without words at both ends that tell nothing."""
    kept = [number for number, word in enumerate(run) if tells(word)]
    return run[kept[0] : kept[-1] + 1] if kept else []


@dataclass(frozen=True)
class _Run:
    """Words side by side, and the word before them in lower case."""

    words: list[Word]
    before: str


def _runs(sentence: str, keep: Callable[[Word], bool]) -> Iterator[_Run]:
    """Longest runs of words that are to be kept, with no mark between two of them."""
    run: list[Word] = []
    before = last = ""
    end = 0
    for word in words(sentence):
        if run and (not keep(word) or _BREAK.search(sentence, end, word.start)):
            yield _Run(run, before)
            run = []
        if keep(word):
            before = before if run else last
            run = [*run, word]
        last, end = word.lower, word.end
    if run:
        yield _Run(run, before)
