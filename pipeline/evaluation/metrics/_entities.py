"""Entities in tags: where they begin and end, as the CoNLL-2000 scorer reads them.

Source: Tjong Kim Sang and Buchholz 2000 (W00-0726), section 3, and its conlleval; for tags
that break the rules of IOB2 the same reading as seqeval's default mode.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.errors import DataError

Entity = tuple[str, int, int]
"""Type, first word, last word."""

Counts = tuple[Counter[str], Counter[str], Counter[str]]
"""By type: right entities, answered ones, gold ones."""


def entities(tags: Sequence[str]) -> Iterator[Entity]:
    """Entities of one row, from left to right.

    An ``I-`` that continues nothing, or another type, begins an entity: models write such
    tags, and a scorer that dropped them would reward silence.

    Raises:
        ValueError: a tag is not IOB2.
    """
    kind, first = "", 0
    for place, tag in enumerate(tags):
        mark, _, named = tag.partition("-")
        if tag != "O" and (mark not in ("B", "I") or not named):
            raise ValueError(tag)
        if kind and (mark != "I" or named != kind):
            yield kind, first, place - 1
            kind = ""
        if named and not kind:
            kind, first = named, place
    if kind:
        yield kind, first, len(tags) - 1


def counts_by_type(references: np.ndarray, answers: np.ndarray) -> Iterator[Counts]:
    """Row by row, how many entities of each type are right, answered and gold.

    An entity is right where type, first and last word all are.

    Args:
        references: (N,) tuples of tags.
        answers: (N,) tuples of tags.

    Raises:
        DataError: a tag is not IOB2; its row is named.
    """
    for row, pair in enumerate(zip(references, answers, strict=True)):
        try:
            gold, answered = (set(entities(tags)) for tags in pair)
        except ValueError as error:
            raise DataError(
                f"row {row} (counted from 0): the tag '{error}' is not O, B-type or I-type",
                hint="write entities as IOB2; tags without entities take token_accuracy",
            ) from None
        yield tuple(  # type: ignore[misc]
            Counter(kind for kind, _, _ in found) for found in (gold & answered, answered, gold)
        )
