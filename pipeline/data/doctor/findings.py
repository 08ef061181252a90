"""What the doctor finds, in words and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

from pipeline.contracts import Json, Reporter
from pipeline.data.doctor.spec import DoctorSpec
from pipeline.errors import DataError, Problem

Severity = Literal["note", "warning", "error"]
_ORDER: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """One thing that is worth knowing of the rows of a split.

    Attributes:
        check: key of the recipe's ``doctor`` block.
        severity: ``note`` where nothing needs be done about it.
        split: where: ``train``.
        found: what the rows have, beginning with their number.
        count: how many rows.
        of: how many there are.
        rows: ids of the first few.
        hint: what to do.
    """

    check: str
    severity: Severity
    split: str
    found: str
    count: int
    of: int
    rows: tuple[str, ...] = ()
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.split}: {self.found}{self._where}"

    @property
    def _where(self) -> str:
        if not self.rows:
            return ""
        more = self.count - len(self.rows)
        return f": {', '.join(self.rows)}" + (f" and {more:,} more" if more > 0 else "")

    @property
    def problem(self) -> Problem:
        """The same as a reason to stop."""
        hint = f"{self.hint}; or say doctor.{self.check}: warn" if self.hint else ""
        return Problem(f"{self.found}{self._where}", place=self.split, hint=hint)


def counted(number: int, noun: str = "row", verb: str = "") -> str:
    """``1 row has`` or ``3 rows have``; verbs are given as ``has/have``."""
    one, _, many = verb.partition("/")
    words = f"{number:,} {noun}{'s' * (number != 1)}"
    return f"{words} {one if number == 1 else many}".strip()


def judged(findings: Sequence[Finding], spec: DoctorSpec) -> list[Finding]:
    """Gravest first, warnings being errors where the recipe says so.

    Raises:
        DataError: all errors.
    """
    stern = {key for key, action in spec.model_dump().items() if action == "error"}
    found = [
        replace(item, severity="error")
        if item.severity == "warning" and item.check in stern
        else item
        for item in findings
    ]
    errors = [item.problem for item in found if item.severity == "error"]
    if errors:
        raise DataError(errors)
    return in_order(found)


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """Gravest first."""
    return sorted(findings, key=lambda item: _ORDER.index(item.severity))


def tell(findings: Sequence[Finding], rows: int, report: Reporter, *, notes: bool = True) -> None:
    """A table, or a line where all is well.

    Args:
        rows: how many were looked at.
        notes: show what needs nothing be done as well; else only count it.
    """
    report.stage("Data doctor")
    shown = [item for item in in_order(findings) if notes or item.severity != "note"]
    left = len(findings) - len(shown)
    more = f"; {counted(left, 'note')} in result.json" if left else ""
    if not shown:
        report.note(f"nothing wrong with {counted(rows)}{more}")
        return
    report.table(
        "",
        ("", "split", "found", "what to do"),
        [(item.severity, item.split, str(item).partition(": ")[2], item.hint) for item in shown],
        prose=True,
    )
    if more:
        report.note(more.removeprefix("; "))


def record(findings: Sequence[Finding], spec: DoctorSpec) -> Json:
    """What stands in result.json: the findings, and what was to be done about each kind."""
    return {
        "actions": spec.model_dump(mode="json"),
        "findings": [asdict(item) for item in findings],
    }
