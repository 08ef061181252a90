"""Docstrings of the installed scientific packages: 30 MB of real English, no network."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pipeline.contracts import Json, Reporter
from pipeline.data.builtin import _corpus
from pipeline.data.builtin._data_set import BuiltinData, Given

if TYPE_CHECKING:
    import pyarrow as pa

_VALIDATION = 0.01
_SPLITTING = "docs"
"""Names the random order in which objects are drawn for validation; fixed, as the rows are."""


class Docs(BuiltinData):
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

    def splits(self, report: Reporter) -> Given:
        """Columns ``row_id`` and ``text``; half a minute the first time, then from the cache."""
        found = _corpus.tables(self._packages, name=self.name, report=report)
        target = found.pop(_corpus.HELD_OUT)
        return _divide(found, target) if self.is_divided else {"train": target}

    def source(self, given: Given) -> Json:
        """Versions of the packages, and the hash of the rows of each split."""
        return {
            "packages": _corpus.versions(self._packages),
            "fingerprint": {name: _corpus.digits(table) for name, table in given.items()},
        }

    @property
    def _packages(self) -> tuple[str, ...]:
        general = _corpus.GENERAL if self.is_divided else ()
        return (*general, _corpus.HELD_OUT)


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
        drawn.append(_share(row) < _VALIDATION)
    train = [new and not chosen for new, chosen in zip(fresh, drawn, strict=True)]
    validation = [new and chosen for new, chosen in zip(fresh, drawn, strict=True)]
    return {
        "train": whole.filter(pa.array(train)),
        "validation": whole.filter(pa.array(validation)),
        "test": target,
    }


def _share(row: str) -> float:
    """Where in [0, 1) the object of a row falls, the same for a class and its methods."""
    module, _, name = row.partition(":")
    of = f"{_SPLITTING}:{module}:{name.partition('.')[0]}"
    return int.from_bytes(hashlib.sha256(of.encode()).digest()[:8]) / 2**64
