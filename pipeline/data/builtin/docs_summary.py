"""A docstring's first sentence from the rest of it: text to text, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pipeline.contracts import ROW_ID, SplitName
from pipeline.data.builtin._corpus import HELD_OUT
from pipeline.data.builtin._data_set import Given
from pipeline.data.builtin._of_docstrings import OfDocstrings, empty, pairs, side
from pipeline.data.builtin._sentences import introduction, sentences

if TYPE_CHECKING:
    import pyarrow as pa

_FEWEST_WORDS = 4
_SHORTEST_BODY = 150
_LONGEST_BODY = 1500


class DocsSummary(OfDocstrings):
    """Write the summary of a function or class from the rest of its docstring.

    ``text`` is the docstring without its first paragraph, in its own layout, cut at the end
    of a line after 1,500 characters; ``target`` is that paragraph without markup. Taken are
    docstrings whose first paragraph is one whole sentence of four words or more, and whose
    rest has 150 characters or more and does not say the same sentence again. Of equal
    summaries (but for case) the first stays, so that none is in two splits.
    """

    test: Literal["objects", "package"] = Field(
        default="objects",
        description="objects: 10% of the functions and classes are test rows, 5% validation "
        "rows, by a hash; package: the test rows are those of networkx, and it has no other.",
    )

    def divide(self, found: dict[str, pa.Table]) -> Given:
        """Columns ``row_id``, ``text`` and ``target`` (a list of one text)."""
        import pyarrow as pa

        held_out = found.pop(HELD_OUT)
        rows, seen = empty(), set()
        for row, doc in (*pairs([held_out]), *pairs(found.values())):
            summary, body = _parted(doc)
            key = summary.casefold()
            if summary and key not in seen:
                seen.add(key)
                rows[self._side(row)].append({ROW_ID: row, "text": body, "target": [summary]})
        schema = pa.schema(
            [(ROW_ID, pa.string()), ("text", pa.string()), ("target", pa.list_(pa.string()))]
        )
        return {name: pa.Table.from_pylist(given, schema) for name, given in rows.items()}

    def _side(self, row: str) -> SplitName:
        name = side(row)
        if self.test == "objects":
            return name
        if row.partition(":")[0].partition(".")[0] == HELD_OUT:
            return "test"
        return "validation" if name == "validation" else "train"


def _parted(doc: str) -> tuple[str, str]:
    """Summary and body; both empty where one of them is not as it should be."""
    first, body = introduction(doc)
    body = _cut(body)
    is_sentence = first.endswith(".") and not first.endswith("..") and len(sentences(first)) == 1
    if not is_sentence or len(first.split()) < _FEWEST_WORDS or len(body) < _SHORTEST_BODY:
        return "", ""
    said = " ".join(body.replace("`", "").split()).casefold()
    return ("", "") if first.casefold().rstrip(".") in said else (first, body)


def _cut(body: str) -> str:
    """Whole lines of up to 1,500 characters together."""
    if len(body) <= _LONGEST_BODY:
        return body
    return body[:_LONGEST_BODY].rpartition("\n")[0].rstrip()
