"""A line where all is well, a table where not, and all of it in result.json."""

from __future__ import annotations

import io
import json

from rich.console import Console

from pipeline.data.doctor.findings import Finding, counted, record, tell
from pipeline.data.doctor.spec import DoctorSpec
from pipeline.runner import Finished
from pipeline.terminal import TerminalReporter

WRONG = Finding(
    "duplicates", "warning", "test", "1,571 rows have texts that are in train too", 1571, 50_000,
    ("test.tsv:20", "test.tsv:80"), "doctor.duplicates: drop removes them from train",
)  # fmt: skip
NOTE = Finding("lengths", "note", "train", "1 row is far longer", 1, 40, ("train.tsv:7",))


def said(findings: list[Finding], *, notes: bool = True, width: int = 160) -> list[str]:
    out = io.StringIO()
    report = TerminalReporter(Console(file=out, width=width, highlight=False, markup=False))
    tell(findings, 50_040, report, notes=notes)
    return out.getvalue().splitlines()


def test_all_is_well_in_a_line() -> None:
    assert said([]) == ["==> Data doctor", "    nothing wrong with 50,040 rows"]
    (_, line) = said([NOTE], notes=False)
    assert line == "    nothing wrong with 50,040 rows; 1 note in result.json"


def test_a_table_has_severity_split_count_rows_and_what_to_do() -> None:
    lines = said([NOTE, WRONG])
    assert "warning" in lines[2]
    assert "1,571 rows have texts that are in train too: test.tsv:20" in lines[2]
    assert any("and 1,569 more" in line for line in lines)
    assert any("drop removes them from train" in line for line in lines)
    assert "note" in lines[-1]


def test_nothing_is_lost_in_a_narrow_terminal() -> None:
    text = " ".join(said([WRONG], width=60))
    for word in ("warning", "1,571", "test.tsv:20", "1,569", "doctor.duplicates:", "removes"):
        assert word in text
    assert "…" not in text


def test_the_record_is_plain_and_whole() -> None:
    kept = json.loads(json.dumps(record([WRONG], DoctorSpec(duplicates="error"))))
    assert kept["actions"]["duplicates"] == "error"
    (item,) = kept["findings"]
    assert (item["count"], item["of"], item["rows"]) == (
        1571,
        50_000,
        ["test.tsv:20", "test.tsv:80"],
    )


def test_a_run_keeps_what_was_found(finished_run: Finished) -> None:
    kept = finished_run.result.data["doctor"]
    assert kept["actions"] == DoctorSpec().model_dump()
    read = json.loads((finished_run.folder / "result.json").read_text(encoding="utf-8"))
    assert read["data"]["doctor"]["findings"] == json.loads(json.dumps(kept["findings"]))
    told = [item for item in kept["findings"] if item["severity"] != "note"]
    assert all(any(item["found"] in note for note in read["data"]["notes"]) for item in told)


def test_one_and_many() -> None:
    assert counted(1) == "1 row"
    assert counted(2_000, verb="has/have") == "2,000 rows have"
    assert counted(1, "note", "is/are") == "1 note is"
