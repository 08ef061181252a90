"""Does this sentence describe this function? Pairs of texts from docstrings, no network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from pipeline.contracts import ROW_ID, Json, SplitName
from pipeline.data.builtin._data_set import Given
from pipeline.data.builtin._of_docstrings import OfDocstrings, empty, pairs, side, spread
from pipeline.data.builtin._sentences import summary

if TYPE_CHECKING:
    import pyarrow as pa

_FEWEST_WORDS = 4
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class DocsPairs(OfDocstrings):
    """Does a summary belong to a name? Each summary with its own name, and with a near one.

    ``text`` is the summary of a public function, class or method, ``text_pair`` its name and
    that of its subpackage in words (``fft rfft 2``), and ``label`` is match or mismatch.
    The name of a mismatch is that of another object in the same subpackage and split, so
    that the topic does not decide. Each summary and each name stands once in a match and
    once in a mismatch, both in the same split; of equal summaries (but for case), or equal
    names in a subpackage, the first stays.

    Much of it is a matter of shared words, as for a person who reads a name. Measured on the
    test rows: a rule that says match where a word of the name (its first five letters, the
    subpackage apart) stands in the summary is right for 80% of the rows. Of the two names of
    a summary, the right one shares more words in 74%, and both share as many in 22%.

    10% of the functions and classes give the test rows, 5% the validation rows, by a hash.
    """

    limit: int = Field(
        default=8_000, ge=100, description="Summaries in all three splits together, by a hash."
    )

    def divide(self, found: dict[str, pa.Table]) -> Given:
        """Columns ``row_id``, ``text``, ``text_pair`` and ``label``."""
        import pyarrow as pa

        groups: dict[tuple[SplitName, str], list[tuple[str, str, str]]] = {}
        described = sorted(_described(found.values()), key=lambda one: spread(one[0]))
        for row, text, place, name in described[: self.limit]:
            groups.setdefault((side(row), place), []).append((row, text, name))
        rows = empty()
        for (split, _), group in groups.items():
            if len(group) > 1:
                rows[split] += _paired(group)
        columns = (ROW_ID, "text", "text_pair", "label")
        schema = pa.schema([(name, pa.string()) for name in columns])
        return {name: pa.Table.from_pylist(given, schema) for name, given in rows.items()}


def _described(found: Iterable[pa.Table]) -> Iterator[tuple[str, str, str, str]]:
    """Row id, summary, subpackage and name in words of each object; none of them twice."""
    seen: set[str] = set()
    for row, doc in pairs(found):
        module, _, name = row.partition(":")
        place = ".".join(module.split(".")[:2])
        text = summary(doc)
        if not name or "._" in f".{name}" or len(text.split()) < _FEWEST_WORDS:
            continue
        words = in_words(place.partition(".")[2], name)
        keys = {text.casefold(), f"{place}:{words}"}
        if seen.isdisjoint(keys):
            seen |= keys
            yield row, text, place, words


def in_words(*names: str) -> str:
    """``"fft", "rfft2"`` -> ``fft rfft 2``; ``"RidgeCV.get_params"`` -> ``ridge cv get params``."""
    return " ".join(piece.lower() for name in names for piece in _PIECE.findall(name))


def _paired(group: list[tuple[str, str, str]]) -> Iterator[Json]:
    """A match for each, and a mismatch with the name of the next one."""
    for (row, text, name), (other, _, rival) in zip(group, group[1:] + group[:1], strict=True):
        yield {ROW_ID: row, "text": text, "text_pair": name, "label": "match"}
        yield {ROW_ID: f"{row} / {other}", "text": text, "text_pair": rival, "label": "mismatch"}
