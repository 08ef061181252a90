"""Forms of answers: what a task's references and a contender's answers look like as arrays.

A metric's file names the forms that it takes. A form checks both arrays, tells ``evaluate``
how a row looks, and brings rows back to arrays. The forms that are text stand in ``text_forms``.

Shapes: N rows, C classes or labels.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import datasets
import numpy as np

from pipeline.errors import DataError, TrainingError

Pair = tuple[np.ndarray, np.ndarray]
"""References and answers."""


def refuse_undefined(values: np.ndarray, what: str) -> None:
    """Answers that are no numbers would give a score that looks like one.

    Args:
        values: (N, ...) floats.
        what: as the error calls them, in the plural.

    Raises:
        TrainingError: a value is not finite; the first such row is named.
    """
    undefined = _undefined_rows(values)
    if len(undefined):
        raise TrainingError(
            f"the {what} of {len(undefined)} of {len(values)} rows are not "
            f"numbers, first in row {undefined[0]} (counted from 0)",
            hint="the model diverged: lower the learning rate, or train in fp32",
        )


class Form(ABC):
    """How a task's references and answers look; N rows each."""

    words: ClassVar[str]
    """What the arrays hold, as an error calls it."""
    ndim: ClassVar[int]
    """Axes of the references; tells the forms of one metric apart."""
    reference: ClassVar[Any]
    """The type of a row's reference in ``datasets``."""
    answer: ClassVar[Any]
    """The type of a row's answer."""

    @abstractmethod
    def checked(self, references: np.ndarray, answers: np.ndarray, classes: int) -> Pair:
        """Both arrays in the types that metrics count with.

        Raises:
            DataError: the references cannot be scored.
            TrainingError: an answer is not a number.
            ValueError: the arrays are not of this form, or do not fit together.
        """

    @abstractmethod
    def arrays(self, references: list[Any], answers: list[Any]) -> Pair:
        """Rows, as ``evaluate`` hands them over, back to arrays."""


class _Numeric(Form):
    """Both arrays hold numbers of one type."""

    dtype: ClassVar[type[np.generic]]

    def arrays(self, references: list[Any], answers: list[Any]) -> Pair:
        """Both in the form's type."""
        return np.array(references, dtype=self.dtype), np.array(answers, dtype=self.dtype)


class ClassIds(_Numeric):
    """(N,) ints both: one of C classes a row."""

    words = "class ids"
    ndim = 1
    dtype = np.int64
    reference = answer = datasets.Value("int64")

    def checked(self, references: np.ndarray, answers: np.ndarray, classes: int) -> Pair:
        """Both as int64, so that counting with them cannot overflow a small type."""
        refuse_other_shapes(references, answers, self)
        for name, ids in (("references", references), ("answers", answers)):
            if ids.dtype.kind not in "iu":
                raise ValueError(f"{name} are {ids.dtype}, not class ids")
            if ids.min() < 0 or ids.max() >= classes:
                raise ValueError(f"{name} hold an id outside of the {classes} labels")
        return references.astype(np.int64), answers.astype(np.int64)


class LabelSets(_Numeric):
    """(N, C) ints both: 1 where the row has the label, else 0."""

    words = "sets of labels"
    ndim = 2
    dtype = np.int64
    reference = answer = datasets.List(datasets.Value("int64"))

    def checked(self, references: np.ndarray, answers: np.ndarray, classes: int) -> Pair:
        """Both as int64."""
        refuse_other_shapes(references, answers, self)
        if references.shape[1] != classes:
            raise ValueError(f"references have {references.shape[1]} columns, not {classes}")
        for name, sets in (("references", references), ("answers", answers)):
            if sets.dtype.kind not in "biu" or not np.isin(sets, (0, 1)).all():
                raise ValueError(f"{name} are not 0 and 1 alone")
        return references.astype(np.int64), answers.astype(np.int64)


class Numbers(_Numeric):
    """(N,) floats both."""

    words = "numbers"
    ndim = 1
    dtype = np.float64
    reference = answer = datasets.Value("float64")

    def checked(self, references: np.ndarray, answers: np.ndarray, classes: int) -> Pair:
        """Both as float64."""
        del classes
        refuse_other_shapes(references, answers, self)
        return _finite(references, answers)


@dataclass(frozen=True)
class Likelihoods(_Numeric):
    """Sums over each row's tokens: (N, R) floats of the text, (N, A) floats of the model.

    Attributes:
        text: names of the R columns of the references.
        model: names of the A columns of the answers.
        divisor: the column, of either, that the metrics divide by.
    """

    words: ClassVar[str] = "sums over tokens"
    ndim: ClassVar[int] = 2
    dtype: ClassVar[type[np.generic]] = np.float64
    reference: ClassVar[Any] = datasets.List(datasets.Value("float64"))
    answer: ClassVar[Any] = reference
    text: tuple[str, ...]
    model: tuple[str, ...]
    divisor: str

    def checked(self, references: np.ndarray, answers: np.ndarray, classes: int) -> Pair:
        """Both as float64."""
        del classes
        shapes = (len(references), len(self.text)), (len(references), len(self.model))
        if (references.shape, answers.shape) != shapes:
            raise ValueError(
                f"references {references.shape} should be {shapes[0]}: {', '.join(self.text)}; "
                f"answers {answers.shape} should be {shapes[1]}: {', '.join(self.model)}"
            )
        references, answers = _finite(references, answers)
        columns = dict(zip(self.text + self.model, (*references.T, *answers.T), strict=True))
        for name, column in columns.items():
            negative = np.flatnonzero(column < 0)
            if len(negative):
                raise ValueError(f"{name} are below zero in row {negative[0]} (counted from 0)")
        if not columns[self.divisor].any():
            raise DataError(
                f"none of the {len(references)} rows has any {self.divisor}",
                hint="give the split rows with more text",
            )
        return references, answers


CLASS_IDS = ClassIds()
LABEL_SETS = LabelSets()
NUMBERS = Numbers()
LANGUAGE = Likelihoods(
    text=("UTF-8 bytes", "words"), model=("nats", "predicted tokens"), divisor="UTF-8 bytes"
)
"""Bytes and words of each row, each row's end a word more; nats with the end symbol's."""
MASKED = Likelihoods(
    text=("rows",), model=("right tokens", "nats", "masked tokens"), divisor="masked tokens"
)
"""One a row; what was masked there and how it was answered."""


def refuse_other_shapes(references: np.ndarray, answers: np.ndarray, form: Form) -> None:
    """Forms of the same shape on both sides; ``ValueError`` where they are not."""
    if references.shape != answers.shape or references.ndim != form.ndim:
        raise ValueError(
            f"references {references.shape} and answers {answers.shape} do not fit, "
            f"or are not {form.words}"
        )


def _finite(references: np.ndarray, answers: np.ndarray) -> Pair:
    """Both as float64."""
    for name, values in (("references", references), ("answers", answers)):
        if values.dtype.kind not in "iuf":
            raise ValueError(f"{name} are {values.dtype}, not numbers")
    undefined = _undefined_rows(references)
    if len(undefined):
        raise DataError(
            f"the references of {len(undefined)} of {len(references)} rows are not numbers, "
            f"first in row {undefined[0]} (counted from 0)",
            hint="mend or remove these rows",
        )
    refuse_undefined(answers, "answers")
    return references.astype(np.float64), answers.astype(np.float64)


def _undefined_rows(values: np.ndarray) -> np.ndarray:
    return np.flatnonzero(~np.isfinite(values.reshape(len(values), -1)).all(axis=1))
