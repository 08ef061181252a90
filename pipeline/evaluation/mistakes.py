"""What kinds of mistakes are made where an answer is neither a class nor a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from pipeline.contracts import Json
from pipeline.evaluation.metrics import _squad
from pipeline.evaluation.metrics._entities import Entity, entities

_SPANS = ("right", "wrong type", "wrong ends", "wrong ends and type", "missed", "invented")
_ANSWERS = ("right", "overlaps", "elsewhere", "missed", "invented", "rightly without an answer")
_LENGTHS = ((1, "one word"), (3, "two or three words"), (8, "four to eight words"))
_LONGER = "more than eight words"
_NOTHING = (0, False)


def of_spans(references: np.ndarray, answers: np.ndarray) -> list[Json]:
    """How gold spans were found, and what was found besides.

    A gold span takes the answered span that shares most words with it. Each is counted once.

    Args:
        references: (N,) tuples of IOB2 tags.
        answers: (N,) tuples of tags.

    Returns:
        A row a kind: ``kind``, ``found`` how often; only ``invented`` counts answered spans.
    """
    counts = Counter[str]()
    for gold, answered in zip(references, answers, strict=True):
        left = list(entities(answered))
        for span in entities(gold):
            nearest = max(left, key=lambda other: _shared(span, other), default=None)
            if nearest is None or _shared(span, nearest) == _NOTHING:
                counts["missed"] += 1
            else:
                left.remove(nearest)
                counts[_kind(span, nearest)] += 1
        counts["invented"] += len(left)
    return _rows(counts, _SPANS)


def _shared(one: Entity, other: Entity) -> tuple[int, bool]:
    """Words that two spans share, then whether they are of one type."""
    words = min(one[2], other[2]) - max(one[1], other[1]) + 1
    return (words, one[0] == other[0]) if words > 0 else _NOTHING


def _kind(gold: Entity, answered: Entity) -> str:
    same_type, same_ends = gold[0] == answered[0], gold[1:] == answered[1:]
    if same_ends:
        return "right" if same_type else "wrong type"
    return "wrong ends" if same_type else "wrong ends and type"


def of_answers(references: np.ndarray, answers: np.ndarray) -> list[Json]:
    """How questions were answered.

    Args:
        references: (N,) tuples of acceptable answers, empty where there is none.
        answers: (N,) texts, empty where none was given.
    """
    return _rows(Counter(map(_answer_kind, references, answers)), _ANSWERS)


def _answer_kind(gold: Sequence[str], answer: str) -> str:
    if not gold:
        return "invented" if answer else "rightly without an answer"
    if not answer:
        return "missed"
    shared = _overlap(gold, answer)
    if shared == 1:
        return "right"
    return "overlaps" if shared else "elsewhere"


def _overlap(gold: Sequence[str], answer: str) -> float:
    """F1 over words with the nearest acceptable answer."""
    found = _squad.words(answer)
    return max(_squad.overlap(_squad.words(one), found) for one in gold)


def by_length(references: np.ndarray, answers: np.ndarray) -> list[Json]:
    """Mean F1 of answers by the words of the shortest gold one.

    Returns:
        A row a length that occurs: ``length``, ``questions``, ``f1``.
    """
    names = [*(name for _, name in _LENGTHS), _LONGER]
    scores: dict[str, list[float]] = {name: [] for name in names}
    for gold, answer in zip(references, answers, strict=True):
        if gold:
            words = min(len(one.split()) for one in gold)
            name = next((name for most, name in _LENGTHS if words <= most), _LONGER)
            scores[name].append(_overlap(gold, answer))
    return [
        {"length": name, "questions": len(found), "f1": round(float(np.mean(found)), 6)}
        for name, found in scores.items()
        if found
    ]


def _rows(counts: Counter[str], order: Iterable[str]) -> list[Json]:
    return [{"kind": kind, "found": counts[kind]} for kind in order if counts[kind]]
