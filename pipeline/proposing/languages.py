"""The language of some texts, as far as the choice of a base model asks for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Language = Literal["English", "Korean", "another"]

_HANGUL = 0.3
"""Korean text has at least this share of Hangul among its letters."""
_WORDS = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "is",
        "you",
        "that",
        "it",
        "for",
        "with",
        "this",
        "i",
        "my",
        "are",
        "be",
        "have",
        "not",
        "what",
        "how",
        "can",
    ]
)
_FREQUENT = 0.04
"""At least so many of a hundred English words are among the most frequent ones."""
_FEW = 200


def language_of(texts: Sequence[str]) -> Language:
    """English, Korean, or another one."""
    whole = " ".join(texts)
    letters = [one for one in whole if one.isalpha()]
    if not letters:
        return "English"
    hangul = sum("\uac00" <= one <= "\ud7a3" or "\u3131" <= one <= "\u318e" for one in letters)
    if hangul >= _HANGUL * len(letters):
        return "Korean"
    if sum(one.isascii() for one in letters) < 0.95 * len(letters):
        return "another"
    words = _WORDS.findall(whole.lower())
    frequent = sum(word in _ENGLISH for word in words)
    return "English" if len(words) < _FEW or frequent >= _FREQUENT * len(words) else "another"
