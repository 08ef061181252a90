"""What the names of columns say, where values leave it open."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.proposing.profiles import Profile

LABELS = (
    "label", "gold_label", "labels", "class", "category", "intent", "sentiment", "emotion",
    "target", "topic", "quality", "polarity", "stance", "y", "tag", "tags", "answer", "type",
    "라벨", "레이블", "분류", "감정", "카테고리", "정답",
)  # fmt: skip
ASKED = (
    ("q", "a"),
    ("question", "answer"),
    ("instruction", "output"),
    ("instruction", "response"),
    ("prompt", "response"),
    ("prompt", "completion"),
    ("input", "response"),
    ("user", "assistant"),
    ("질문", "답변"),
)
WRITTEN = (
    ("document", "summary"),
    ("article", "summary"),
    ("article", "highlights"),
    ("text", "summary"),
    ("content", "summary"),
    ("text", "headline"),
    ("document", "title"),
    ("source", "target"),
    ("src", "tgt"),
    ("input", "output"),
    ("text", "target"),
    ("en", "ko"),
    ("ko", "en"),
    ("본문", "요약"),
)
_PAIR = re.compile(r"(.*?)[\W_]*([12ab]|one|two)[\W_]*(.*)", re.IGNORECASE)
TAGS = re.compile(r"tag|pos|label|개체명|품사", re.IGNORECASE)
ABOUT = re.compile(
    r"year|date|month|genre|file(name)?|split|lang(uage)?|source|author|user|url", re.IGNORECASE
)
"""Names of columns that say where a row is from."""
_PAIRS = (("premise", "hypothesis"), ("question", "sentence"), ("query", "passage"))


def are_a_pair(one: str, other: str) -> bool:
    """Whether two names say that one goes with the other: sentence1 and sentence2."""
    if (one.lower(), other.lower()) in _PAIRS:
        return True
    first, second = _PAIR.fullmatch(one), _PAIR.fullmatch(other)
    if first is None or second is None:
        return False
    same = (first[1].lower(), first[3].lower()) == (second[1].lower(), second[3].lower())
    order = ("1", "a", "one"), ("2", "b", "two")
    return same and any(
        first[2].lower() == a and second[2].lower() == b for a, b in zip(*order, strict=True)
    )


def best(columns: Sequence[Profile], names: Sequence[str]) -> Profile | None:
    """The column whose name is one of these, or ends in one after a mark; the earliest name's."""
    for part in (str.lower, lambda name: re.split(r"[\W_]", name.lower())[-1]):
        for name in names:
            found = [one for one in columns if part(one.name.strip()) == name]
            if found:
                return min(found, key=lambda one: len(one.name))
    return None


def named_pair(
    profiles: Sequence[Profile], pairs: Sequence[tuple[str, str]]
) -> tuple[Profile, Profile] | None:
    """Two columns of text whose names are one of these pairs."""
    texts = {one.name.strip().lower(): one for one in profiles if one.kind in ("text", "texts")}
    for first, second in pairs:
        if first in texts and second in texts and texts[first].kind == "text":
            return texts[first], texts[second]
    return None
