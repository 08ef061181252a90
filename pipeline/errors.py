"""Every error that Graft raises on purpose, as a tree.

* GraftError
  x UserError                 the person can mend it; exit code 2
    + RecipeError             the recipe or an override of it
    + DataError               a file, a column, a row
    + ModelError              a base model, an adapter, a finished run
    + HubError                the Hub could not be reached or said no
    + StorageError            the disk: full, read-only, missing
  x TrainingError             training cannot go on: no gradient, a loss that is not a number
  x ExportError               a model cannot be exported so
    + ProofError              an export does not answer as the model in memory does
  x Interrupted               a signal stopped the run; it can be resumed

A message names the place, what was found and what to do. All problems that
can be found at once are reported at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        message: what was found, in a sentence without a full stop.
        place: where: ``recipes/x.yaml:14``, ``train.csv:7``, or empty.
        hint: what to do about it, or empty.
    """

    message: str
    place: str = ""
    hint: str = ""

    def __str__(self) -> str:
        first = f"{self.place}: {self.message}" if self.place else self.message
        return f"{first}\n    {self.hint}" if self.hint else first


class GraftError(Exception):
    """Base of every error raised on purpose; carries one problem or several."""

    exit_code = 1

    def __init__(
        self, problems: str | Problem | Sequence[Problem], *, place: str = "", hint: str = ""
    ) -> None:
        if isinstance(problems, str):
            problems = Problem(problems, place=place, hint=hint)
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UserError(GraftError):
    """The person who runs Graft can mend this."""

    exit_code = 2


class RecipeError(UserError):
    """The recipe, or an override on the command line, is wrong."""


class DataError(UserError):
    """A data file, column or row is wrong."""


class ModelError(UserError):
    """A base model, an adapter or a finished run cannot be used."""


class HubError(UserError):
    """The Hub could not be reached, or refused."""


class StorageError(UserError):
    """The disk refused: full, read-only or missing."""


class TrainingError(GraftError):
    """Training cannot go on."""


class ExportError(GraftError):
    """A model cannot be exported in this form."""


class ProofError(ExportError):
    """An export does not answer as the model in memory does."""


class Interrupted(GraftError):
    """A signal stopped the run after a checkpoint was written."""

    exit_code = 130


def first_line(error: Exception) -> str:
    """What an error says first, or its kind where it says nothing."""
    return (str(error).strip() or type(error).__name__).partition("\n")[0]


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that is spelled most like ``word``, or None where none is near."""
    options = list(choices)
    folded = {option.casefold().replace("_", "-"): option for option in reversed(options)}
    found = difflib.get_close_matches(word.casefold().replace("_", "-"), folded, n=1, cutoff=0.55)
    return folded[found[0]] if found else None


def suggestion(word: str, choices: Iterable[str]) -> str:
    """A hint for a wrong word: the nearest right one first, then all of them."""
    options = sorted(choices)
    near = nearest(word, options)
    listed = f"choose one of: {', '.join(options)}" if options else "there is none to choose from"
    return f"did you mean '{near}'? ({listed})" if near else listed
