"""What a text is cut into before n-grams are counted: words or characters."""

from __future__ import annotations

import re
from typing import Literal

Unit = Literal["words", "characters"]

_WORD = re.compile(r"\w+|[^\w\s]")
"""A run of letters and digits, or one punctuation mark. One-letter words count: Korean has many."""


def split(text: str, unit: Unit) -> list[str]:
    """The units of a text in order; none for a text of white space alone."""
    if unit == "words":
        return _WORD.findall(text)
    return list(" ".join(text.split()))
