"""Paragraphs and sentences of a docstring."""

from __future__ import annotations

import re

_SENTENCE_END = re.compile(r"(?<=[a-z0-9)\]`'\"]{2}[.!?])\s+(?=[A-Z])")
_ROLE = re.compile(r":[a-z:]+:`~?([^`<]+?)(?:\s*<[^`>]*>)?`")
_SIGNATURE = re.compile(r"^[\w, ]*=?\s*[\w.]+\(.*\)(?: ?-> ?[^.]+)?$", re.DOTALL)
_SECTION = re.compile(r"^[-=]{3,}$", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n\s*\n")


def summary(doc: str) -> str:
    """The first sentence, on one line and without markup; signatures are passed over.

    Empty where the docstring starts with a section such as Parameters.
    """
    return sentences(introduction(doc)[0])[0]


def introduction(doc: str) -> tuple[str, str]:
    """The first paragraph that is no signature, on one line and without markup, and the rest.

    Empty where the docstring starts with a section such as Parameters.
    """
    first, rest = _after_blank_line(doc.strip())
    while rest and _SIGNATURE.match(first):
        first, rest = _after_blank_line(rest)
    if _SECTION.search(first) or _SIGNATURE.match(first):
        return "", rest
    return _ROLE.sub(r"\1", " ".join(first.split())).replace("`", ""), rest


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph that stands on one line; one empty sentence if it is empty."""
    return [
        sentence.removesuffix("::").removesuffix(":").strip()
        for sentence in _SENTENCE_END.split(paragraph)
    ]


def _after_blank_line(text: str) -> tuple[str, str]:
    first, *rest = _BLANK_LINES.split(text, maxsplit=1)
    return first.strip(), rest[0].strip("\n") if rest else ""
