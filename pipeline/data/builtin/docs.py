"""Docstrings of the installed scientific packages: 30 MB of real English, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pipeline.data.builtin._corpus import HELD_OUT
from pipeline.data.builtin._data_set import Given
from pipeline.data.builtin._of_docstrings import OfDocstrings, place

if TYPE_CHECKING:
    import pyarrow as pa

_VALIDATION = 0.01


class Docs(OfDocstrings):
    """Docstrings of Python and of 20 packages, for language models; one package is held out.

    A row is one docstring in its own layout: prose, parameters, examples. Its author wrote
    it for people who read English and code. Taken are modules, classes, functions, methods
    and what ``add_newdoc`` and ``add_docstr`` attach to compiled functions; left out are
    tests, vendored code, texts under 40 characters, tables, and docstrings that mostly
    repeat an earlier one of the package (templates and copies).

    The part ``general`` comes divided: test rows are all of networkx, whose topic and
    authors no other package shares; validation rows are 1% of the classes and functions of
    the others, drawn by a hash, each with all of its methods. No text is in two splits.
    The part ``target`` is networkx alone, to be divided as the recipe says: a domain to
    adapt to.

    The sources are parsed, not imported.
    """

    part: Literal["general", "target"] = Field(
        default="general",
        description="general: all packages, networkx as test rows; target: networkx alone.",
    )

    @property
    def is_divided(self) -> bool:
        """The general part comes with splits."""
        return self.part == "general"

    @property
    def packages(self) -> tuple[str, ...]:
        """The package that is held out, after the others where they are asked for."""
        return super().packages if self.is_divided else (HELD_OUT,)

    def divide(self, found: dict[str, pa.Table]) -> Given:
        """Columns ``row_id`` and ``text``."""
        target = found.pop(HELD_OUT)
        return _divide(found, target) if self.is_divided else {"train": target}


def _divide(general: dict[str, pa.Table], target: pa.Table) -> Given:
    """Training and validation rows, each text once and none that the target has too."""
    import pyarrow as pa

    seen = set(target["text"].to_pylist())
    fresh: list[bool] = []
    drawn: list[bool] = []
    whole = pa.concat_tables(general.values())
    for row, text in zip(whole["row_id"].to_pylist(), whole["text"].to_pylist(), strict=True):
        fresh.append(text not in seen)
        seen.add(text)
        drawn.append(place(row) < _VALIDATION)
    train = [new and not chosen for new, chosen in zip(fresh, drawn, strict=True)]
    validation = [new and chosen for new, chosen in zip(fresh, drawn, strict=True)]
    return {
        "train": whole.filter(pa.array(train)),
        "validation": whole.filter(pa.array(validation)),
        "test": target,
    }
