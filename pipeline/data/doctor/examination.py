"""All findings, one after the other."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from pipeline.contracts import Reporter
from pipeline.data.doctor.findings import Finding, judged
from pipeline.data.doctor.rows import Rows
from pipeline.data.doctor.spec import DoctorSpec

OF_TOKENS = frozenset(("tokens",))
"""Findings that need the base's tokenizer."""

_OTHERS = frozenset(("__init__", "spec", "findings", "rows", "better", "examination", "treatment"))
"""Files of this folder that find nothing."""


class Finder(Protocol):
    """A file of this folder that finds something."""

    def look(self, rows: Rows) -> Iterator[Finding]:
        """What there is to find."""
        ...


def examine(rows: Rows, spec: DoctorSpec, *, report: Reporter) -> list[Finding]:
    """Look for everything that the recipe does not ignore; gravest first.

    What needs the base's tokenizer is looked for where ``rows`` has one, and nothing else then.

    Raises:
        DataError: all findings that the recipe calls errors.
    """
    chosen = OF_TOKENS if rows.codec is not None else set(finders()) - OF_TOKENS
    actions = spec.model_dump()
    asked = [key for key in actions if key in chosen and actions[key] != "ignore"]
    found: list[Finding] = []
    with report.progress("looking at the rows", len(asked)) as advance:
        for key in asked:
            found += _finder(key).look(rows)
            advance(1)
    return judged(found, spec)


def finders() -> list[str]:
    """Names of the files that find something."""
    folder = Path(__file__).parent
    return sorted({file.stem for file in folder.glob("*.py")} - _OTHERS)


def _finder(name: str) -> Finder:
    found: Finder = importlib.import_module(f"pipeline.data.doctor.{name}")
    return found
