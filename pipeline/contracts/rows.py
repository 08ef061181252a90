"""Rows of an experiment, and answers to them.

Shapes: N rows, C classes, K statistics of a metric.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pipeline.contracts.terms import Json, SplitName

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

ColumnKind = Literal[
    "text", "label", "number", "labels", "words", "tags", "texts", "answers", "messages"
]


@dataclass(frozen=True)
class Column:
    """A column that a task reads.

    Attributes:
        kind: how a value is read, and its Arrow type in ``Splits``:
            ``text`` (string): a non-empty text;
            ``label`` (string): any scalar;
            ``number`` (double): finite;
            ``labels`` (list of string): any number of labels, none included;
            ``words`` (list of string): at least one, none of them empty;
            ``tags`` (list of string): one a word;
            ``texts`` (list of string): at least one non-empty text, or a single one;
            ``answers`` (list of struct of ``text`` string and ``start`` int64, in characters):
            empty where the question has no answer;
            ``messages`` (list of struct of ``role`` and ``content``, strings): a conversation.
        required: a task cannot do without it.
        description: one line for the person who maps their columns.
        source: part of what a model reads, not of what it answers: rows that agree in all of
            these columns are the same input.
    """

    kind: ColumnKind
    description: str
    required: bool = True
    source: bool = True

    @property
    def is_input(self) -> bool:
        """A model reads it; what it answers is no input."""
        return self.source and self.kind in ("text", "words", "messages")


@dataclass(frozen=True)
class Splits:
    """The rows of one experiment. Each table has ``row_id`` and the task's columns.

    Attributes:
        fingerprints: split name -> sha256 over row content, in order.
        source: what goes into the lock file: files with hashes, Hub id with revision, ...
        notes: what was carved, dropped or found odd, one sentence each.
    """

    train: pa.Table
    validation: pa.Table
    test: pa.Table
    fingerprints: Mapping[SplitName, str]
    source: Json = field(default_factory=dict)
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Predictions:
    """What a contender answers, row for row.

    Attributes:
        answers: N answers as the task's metrics take them: (N,) class ids or numbers, (N, C)
            zeros and ones, (N, K) sums for language models; objects where an answer is a text
            or a tuple of tags.
        scores: (N, C) float32 class probabilities in label order, or None.
        places: (N, 2) int64 where an answer that is a part of its row's context begins, and
            where it has ended, in characters; -1 where there is none. None of other answers.
    """

    answers: np.ndarray
    scores: np.ndarray | None = None
    places: np.ndarray | None = None
