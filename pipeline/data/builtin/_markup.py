"""Words of a sentence, and which of them its author marked as code."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CODE_ROLES = (
    "func", "class", "meth", "mod", "attr", "obj", "data", "exc", "const", "any", "envvar",
    "keyword", "type", "option",
)  # fmt: skip
_MARK = re.compile(
    r"(?P<linked>`[^`<]+<[^`>]+>`__?|`[^`]+`__?)"  # a link to a page, whose title is prose
    r"|``(?P<literal>[^`]+)``"
    r"|(?P<role>(?::[a-z]+)?:[a-z]+:)?`(?P<quoted>[^`]+)`"
)
_TITLE = re.compile(r"^(?P<title>[^<]+?)\s*<[^>]*>$")
_EMPHASIS = re.compile(r"(?<![\w*])\*{1,2}(?=[^\s*])([^*]+?)(?<=[^\s*])\*{1,2}(?![\w*])")
_NOTE = re.compile(r"\s*\[[\w.-]+\]_+")
_LEFT_OVER = re.compile(r"`|:\w+:|\|\w+\||\\|\$|\]\(|\w_(?=[\s,.;)]|$)")
_OPENING, _CLOSING = "([{\"'", ")]}\"'"
_STOPS = ".,;:!?"


def tagged(sentence: str) -> tuple[list[str], list[str]] | None:
    """Words as a reader sees them, and ``O``, ``B-CODE`` or ``I-CODE`` for each.

    Words are cut the same way whether they are marked or not: at blanks, with the
    punctuation around a word as words of their own. None for a sentence that has
    mathematics, links of other kinds, or a word of which only a part is marked: what its
    reader sees is not known for certain.

    Args:
        sentence: on one line, with the markup of reStructuredText or Markdown.
    """
    text, spans = _shown(sentence)
    if text is None:
        return None
    words: list[str] = []
    tags: list[str] = []
    before: int | None = None
    for start, end in _words(text):
        inside = [at for at, (first, last) in enumerate(spans) if first < end and start < last]
        word = text[start:end]
        if not inside:
            tags.append("O")
        elif len(inside) == 1 and spans[inside[0]][0] <= start and end <= spans[inside[0]][1]:
            tags.append("I-CODE" if before == inside[0] else "B-CODE")
        else:
            return None
        before = inside[0] if inside else None
        words.append(word)
    return words, tags


def _shown(sentence: str) -> tuple[str | None, list[tuple[int, int]]]:
    """The sentence without markup, or None; and where in it stands what was marked as code."""
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    length = end = 0

    def add(text: str) -> None:
        nonlocal length
        parts.append(text)
        length += len(text)

    for found in _MARK.finditer(sentence):
        add(_plain(sentence[end : found.start()]))
        end = found.end()
        role = (found["role"] or "").strip(":").rpartition(":")[2]
        if found["linked"] or (role and role not in _CODE_ROLES):
            return None, []
        name = _named(found["quoted"]) if role else (found["literal"] or found["quoted"]).strip()
        spans.append((length, length + len(name)))
        add(name)
    add(_plain(sentence[end:]))
    text = "".join(parts)
    return (None if _LEFT_OVER.search(text) else text), spans


def _named(name: str) -> str:
    """What a reader sees of a name in a role: ``~a.b`` is b, ``title <a.b>`` is its title."""
    titled = _TITLE.match(name)
    if titled:
        return titled["title"]
    name = name.strip().removeprefix("!")
    return name.rpartition(".")[2] if name.startswith("~") else name.removeprefix(".")


def _plain(prose: str) -> str:
    return _EMPHASIS.sub(r"\1", _NOTE.sub("", prose))


def _words(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each word; brackets and stops around a word are words too."""
    for chunk in re.finditer(r"\S+", text):
        start, end = chunk.span()
        while end - start > 1 and text[start] in _OPENING and not _is_paired(text[start:end]):
            yield start, start + 1
            start += 1
        tail: list[tuple[int, int]] = []
        while end - start > 1 and _ends_loosely(text[start:end]):
            end -= 1
            tail.append((end, end + 1))
        yield start, end
        yield from reversed(tail)


def _is_paired(word: str) -> bool:
    """It opens a bracket of its own: ``(n,)`` is one word, ``(see`` is two."""
    pair = dict(zip("([{", ")]}", strict=True)).get(word[0])
    return pair is not None and word.rstrip(_STOPS).endswith(pair) and len(word) > 2


def _ends_loosely(word: str) -> bool:
    last = word[-1]
    if last in _STOPS:
        return True
    opening = dict(zip(")]}", "([{", strict=True)).get(last)
    if opening is not None:
        return word.count(opening) < word.count(last)
    return last in "\"'" and word.count(last) == 1
