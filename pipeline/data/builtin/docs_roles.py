"""Which words of a sentence are code? As the authors of docstrings marked them; no network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from pipeline.contracts import ROW_ID
from pipeline.data.builtin._data_set import Given
from pipeline.data.builtin._markup import tagged
from pipeline.data.builtin._of_docstrings import OfDocstrings, empty, pairs, side, spread

if TYPE_CHECKING:
    import pyarrow as pa

_FEWEST, _MOST = 6, 60
_LONGEST_CODE = 8
_WRITES_FORMULAS = "mpmath"  # in single backquotes, which hold code elsewhere
_SENTENCE_END = re.compile(r"(?<=[\w)\]`'\"]{2}[.!?])\s+(?=[A-Z`:\"'])")
_PROSE_LINE = re.compile(r"^\s*(?!>>>|\.\.\.|\.\. |[-*+] |#|\||:param|:type|@)\S.*$")


class DocsRoles(OfDocstrings):
    """Find the code in a sentence whose markup was taken away: BIO tags for words.

    A row is a sentence of a docstring in which its author marked something as code, as a
    literal or by a role such as func or class. ``words`` are what a reader sees, the
    punctuation around a word apart; ``tags`` are O, B-CODE and I-CODE. Words are cut the
    same way whether they were marked or not, and sentences with any other markup are left
    out, so that nothing but the words and their places tells a tag. The same word is often
    code in one sentence and English in another (axis, data, input, a). Measured on the test
    rows, word by word: the tag that a word mostly has in training, and for new words whether
    it looks like code (a dot, an underscore, a bracket inside), give an F1 of 0.74.

    Sentences have 6 to 60 words, at least one of them marked and one not, and none stands
    twice. 10% of the functions and classes give the test rows, 5% the validation rows, by a
    hash.
    """

    limit: int = Field(
        default=15_000, ge=100, description="Sentences in all three splits together, by a hash."
    )

    def divide(self, found: dict[str, pa.Table]) -> Given:
        """Columns ``row_id``, ``words`` and ``tags``."""
        import pyarrow as pa

        found.pop(_WRITES_FORMULAS, None)
        marked = [
            (spread(sentence), f"{row}#{number}", sentence)
            for row, doc in pairs(found.values())
            for number, sentence in enumerate(_sentences(doc), start=1)
        ]
        rows, seen = empty(), set()
        for _, row, sentence in sorted(marked):
            words, tags = tagged(sentence) or ([], [])
            key = " ".join(words).casefold()
            if _is_fit(words, tags) and key not in seen:
                seen.add(key)
                split = side(row.partition("#")[0])
                rows[split].append({ROW_ID: row, "words": words, "tags": tags})
            if len(seen) == self.limit:
                break
        of_words = pa.list_(pa.string())
        schema = pa.schema([(ROW_ID, pa.string()), ("words", of_words), ("tags", of_words)])
        return {name: pa.Table.from_pylist(given, schema) for name, given in rows.items()}


def _sentences(doc: str) -> Iterator[str]:
    """Sentences with a mark; lines of one indentation that follow one another are a run."""
    run: list[str] = []
    indentation = -1
    for line in (*doc.splitlines(), "") if "`" in doc else ():
        found = len(line) - len(line.lstrip())
        is_prose = _PROSE_LINE.match(line) is not None
        if run and (not is_prose or found != indentation):
            yield from _marked(" ".join(run))
            run = []
        if is_prose:
            run.append(line.strip())
            indentation = found


def _marked(run: str) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(run) if "`" in run else ():
        is_whole = sentence[-1] in ".!?" and (sentence[0].isupper() or sentence[0] in "`:")
        if is_whole and "`" in sentence:
            yield sentence


def _is_fit(words: list[str], tags: list[str]) -> bool:
    if not _FEWEST <= len(words) <= _MOST or not {"O", "B-CODE"} <= set(tags):
        return False
    return "B-CODE" + _LONGEST_CODE * " I-CODE" not in " ".join(tags)
