"""What a column holds, judged by its values and, where they leave it open, by its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.data import tags
from pipeline.data import values as one_value
from pipeline.data.kinds import as_text

Kind = Literal[
    "text", "category", "number", "identifier", "constant", "labels", "words", "texts",
    "messages", "answers", "other",
]  # fmt: skip

_SAMPLE = 5_000
_CLASSES = 1_000
_LABELS = 200
_SHOWN = 24
_DIGITS = 20
"""Whole numbers of at most so many values are classes, unless the name says that they count."""
_ID = re.compile(r"(^|[\W_])(id|idx|index|guid|uuid|no|번호)$", re.IGNORECASE)
SCORE = re.compile(
    r"score|similarity|rating|stars|relatedness|value|점수|평점|유사도", re.IGNORECASE
)


@dataclass(frozen=True)
class Profile:
    """A column.

    Attributes:
        empty: rows without a value.
        distinct: different values among those that were looked at.
        words: mean of words a value, of texts.
        counts: rows of each value, most frequent first, of categories.
        sample: some values.
    """

    name: str
    kind: Kind
    rows: int
    empty: int = 0
    distinct: int = 0
    words: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    sample: Sequence[Any] = ()

    @property
    def writes_spans(self) -> bool:
        """Its values are tags such as B-LOC."""
        return self.kind == "words" and tags.write_spans(self.counts)

    @property
    def some(self) -> str:
        """The most frequent values, shortened."""
        values = [str(one) for one in self.counts or dict.fromkeys(map(str, self.sample))]
        first = [one if len(one) <= _SHOWN else f"{one[:_SHOWN]}..." for one in values[:3]]
        return ", ".join(first) + (", ..." if len(values) > 3 else "")

    @property
    def shown(self) -> str:
        """What it holds, in words."""
        if self.kind in ("category", "labels"):
            what = "classes" if self.kind == "category" else "labels, several a row"
            return f"{len(self.counts)} {what}: {self.some}"
        if self.kind == "text":
            return f"text, {self.words:.0f} words on average"
        return {
            "number": "numbers",
            "identifier": "one value a row, as names of rows are",
            "constant": "the same value in all rows",
            "words": f"lists of words, {self.distinct:,} different ones: {self.some}",
            "texts": "lists of texts",
            "messages": "conversations",
            "answers": "answers with their places",
            "other": "values of no kind that a task reads",
        }[self.kind]


def profile(name: str, values: pa.ChunkedArray) -> Profile:
    """Look at a column; ``values`` (N,) of any type."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return profile(name, values.cast(kind.value_type))
    rows = len(values)
    if pa.types.is_nested(kind):
        return _nested(name, values)
    if pa.types.is_binary(kind) or pa.types.is_null(kind) or pa.types.is_temporal(kind):
        return Profile(name, "other", rows, empty=values.null_count)
    texts = pc.utf8_trim_whitespace(_as_text(values))
    texts = texts.filter(pc.not_equal(texts, ""))
    there = len(texts)
    if not there:
        return Profile(name, "other", rows, empty=rows)
    distinct = pc.count_distinct(texts).as_py()
    # Texts differ from row to row, and a million of them need not be counted one by one.
    pairs = pc.value_counts(texts).to_pylist() if distinct <= 2 * _CLASSES else []
    counts = {one["values"]: one["counts"] for one in pairs}
    sample = texts.slice(0, _SAMPLE).to_pylist()
    found = Profile(
        name,
        "other",
        rows,
        empty=rows - there,
        distinct=distinct,
        words=sum(len(text.split()) for text in sample) / len(sample),
        counts=dict(sorted(counts.items(), key=lambda one: (-one[1], one[0]))),
        sample=sample[:200],
    )
    return _judged(found, there)


def _as_text(values: pa.ChunkedArray) -> pa.ChunkedArray:
    numbers = np.arange(len(values))
    return pc.fill_null(as_text(values, "label", numbers=numbers, place="", column=""), "")


def _judged(found: Profile, there: int) -> Profile:
    kind: Kind
    numbers = [one_number for one in found.sample if (one_number := _number(one)) is not None]
    if len(numbers) == len(found.sample):
        kind = _kind_of_numbers(found, numbers, there)
    elif found.distinct == 1 and there > 1:
        kind = "constant"
    elif _ID.search(found.name) and found.distinct > there / 2:
        kind = "identifier"
    elif (marked := _labels(found, there)) is not None:
        return replace(found, kind="labels", counts=marked)
    elif found.words <= 5 and found.distinct <= _CLASSES and found.distinct <= there / 2:
        kind = "category"
    elif found.words < 1.5 and found.distinct > 0.95 * there and _look_like_ids(found.sample):
        kind = "identifier"
    else:
        kind = "text"
    return replace(found, kind=kind)


def _kind_of_numbers(found: Profile, numbers: Sequence[float], there: int) -> Kind:
    if found.distinct == 1 and there > 1:
        return "constant"
    whole = all(number == int(number) for number in numbers if abs(number) < 1e15)
    if _ID.search(found.name) and found.distinct > 2:
        return "identifier"
    if SCORE.search(found.name) and found.distinct >= 5:
        return "number"
    if whole and found.distinct <= _DIGITS and found.distinct <= max(2, there / 2):
        return "category"
    if whole and found.distinct > 0.9 * there:
        return "identifier"
    return "number"


def _labels(found: Profile, there: int) -> dict[str, int] | None:
    """Rows of each label where cells hold several, set apart by a mark; else None."""
    if found.words > 8 or found.distinct > there / 2 + 2 or not found.counts:
        return None
    mark = one_value.mark_of(found.counts)
    if mark is None:
        return None
    parts: Counter[str] = Counter()
    several = written = 0
    for cell, count in found.counts.items():
        names = one_value.labels(cell, mark=mark)
        parts.update(dict.fromkeys(names, count))
        several += count * (len(names) > 1)
        written += len(names)
    short = all(len(part.split()) <= 3 for part in parts)
    # A class may be called "Food, drinks": labels stand beside one another and then another.
    combined = len(parts) <= _LABELS and len(parts) < written
    return dict(parts.most_common()) if several >= 0.02 * there and short and combined else None


def _look_like_ids(sample: Sequence[str]) -> bool:
    return sum(any(one.isdigit() for one in text) for text in sample) > 0.9 * len(sample)


def _number(text: str) -> float | None:
    try:
        return one_value.number(text)
    except one_value.Unfit:
        return None


def _nested(name: str, values: pa.ChunkedArray) -> Profile:
    rows = len(values)
    sample = [one for one in values.slice(0, _SAMPLE).to_pylist() if one]
    empty = values.null_count
    lists = pa.types.is_list(values.type) or pa.types.is_large_list(values.type)
    if not lists or not sample:
        return Profile(name, "other", rows, empty=empty)
    items = [item for one in sample for item in one]
    if all(isinstance(item, dict) for item in items):
        keys = set(items[0])
        kind: Kind = "other"
        if {"role", "content"} <= keys or {"from", "value"} <= keys:
            kind = "messages"
        elif "text" in keys:
            kind = "answers"
        return Profile(name, kind, rows, empty=empty, sample=sample[:50])
    if not all(isinstance(item, str | int | bool) for item in items):
        return Profile(name, "other", rows, empty=empty)
    texts = [str(item) for item in items]
    counts = dict(Counter(texts).most_common())
    words = sum(len(text.split()) for text in texts) / len(texts)
    if words > 3:
        kind = "texts"
    else:
        few = len(items) <= 4 * len(sample) and len(counts) <= len(sample) / 2
        kind = "labels" if few and not tags.write_spans(counts) else "words"
    return Profile(
        name, kind, rows, empty=empty, distinct=len(counts), words=words, counts=counts,
        sample=sample[:200],
    )  # fmt: skip
