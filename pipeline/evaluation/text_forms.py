"""Forms of answers that are text: tags, extracted answers, written texts.

Shapes: N rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import datasets
import numpy as np

from pipeline.evaluation.forms import Form, Pair, refuse_other_shapes
from pipeline.ragged import objects


class Tags(Form):
    """(N,) tuples of strings both: a tag a word, as many in the answer as in the reference."""

    words = "tags"
    ndim = 1
    reference = answer = datasets.List(datasets.Value("string"))

    def checked(self, references: np.ndarray, answers: np.ndarray, classes: int) -> Pair:
        """Both as they are."""
        del classes
        refuse_other_shapes(references, answers, self)
        for row, (gold, answer) in enumerate(zip(references, answers, strict=True)):
            if not (_is_tuple_of_strings(gold) and _is_tuple_of_strings(answer)):
                raise ValueError(f"row {row} (counted from 0) is not a tuple of tags on both sides")
            if len(gold) != len(answer):
                raise ValueError(
                    f"row {row} (counted from 0) has {len(gold)} tags in the reference, "
                    f"{len(answer)} in the answer"
                )
        return references, answers

    def arrays(self, references: list[Any], answers: list[Any]) -> Pair:
        """(N,) object both."""
        return objects(map(tuple, references)), objects(map(tuple, answers))


@dataclass(frozen=True)
class Texts(Form):
    """References (N,) tuples of strings, any of which is right; answers (N,) strings.

    Attributes:
        may_be_empty: a row may have no right answer: an unanswerable question.
    """

    words: ClassVar[str] = "texts"
    ndim: ClassVar[int] = 1
    reference: ClassVar[Any] = datasets.List(datasets.Value("string"))
    answer: ClassVar[Any] = datasets.Value("string")
    may_be_empty: bool

    def checked(self, references: np.ndarray, answers: np.ndarray, classes: int) -> Pair:
        """Both as they are."""
        del classes
        refuse_other_shapes(references, answers, self)
        for row, (gold, answer) in enumerate(zip(references, answers, strict=True)):
            if not _is_tuple_of_strings(gold) or not (gold or self.may_be_empty):
                least = "any number of" if self.may_be_empty else "one or more"
                raise ValueError(
                    f"the reference of row {row} (counted from 0) is not a tuple of {least} texts"
                )
            if not isinstance(answer, str):
                raise ValueError(f"the answer to row {row} (counted from 0) is not a text")
        return references, answers

    def arrays(self, references: list[Any], answers: list[Any]) -> Pair:
        """(N,) object both."""
        return objects(map(tuple, references)), objects(answers)


TAGS = Tags()
SPANS = Texts(may_be_empty=True)
"""Acceptable answers, none where the question has none; the answer "" says that it has none."""
TEXTS = Texts(may_be_empty=False)


def _is_tuple_of_strings(row: object) -> bool:
    return isinstance(row, tuple) and all(isinstance(item, str) for item in row)
