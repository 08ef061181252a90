"""Memory does not grow with the number of rows: counted by the allocators, not by the clock."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = """
import sys, tracemalloc
import pyarrow as pa
from pipeline import components
from pipeline.contracts import Silent
from pipeline.data.doctor.examination import examine
from pipeline.data.doctor.rows import Rows
from pipeline.data.doctor.spec import DoctorSpec
from pipeline.data.sources import load
from pipeline.data.spec import DataSpec

task = components.load("tasks", sys.argv[2])()
tracemalloc.start()
splits = load(DataSpec(train=sys.argv[1], streaming=True), task, seed=0, report=Silent())
examine(Rows.of(splits, task), DoctorSpec(leakage="ignore"), report=Silent())
print(pa.default_memory_pool().max_memory() + tracemalloc.get_traced_memory()[1])
"""
_FEW, _MANY = 20_000, 60_000
_CHARACTERS = 500


def peak_bytes(path: Path, rows: int, task: str, encoding: str) -> int:
    """The most that reading, dividing and looking at so many rows takes at once."""
    with path.open("w", encoding=encoding) as file:
        for n in range(rows):
            text = f"{n} " * (_CHARACTERS // (len(str(n)) + 1))
            file.write(json.dumps({"text": text, "label": n % 2, "target": f"{n}"}) + "\n")
    found = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(path), task],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(found.stdout)


@pytest.mark.parametrize(
    ("task", "encoding"), [("text-classification", "utf-8"), ("seq2seq", "utf-16")]
)
def test_three_times_the_rows_take_hardly_more_memory(
    task: str, encoding: str, tmp_path: Path
) -> None:
    few, many = (
        peak_bytes(tmp_path / f"{rows}.jsonl", rows, task, encoding) for rows in (_FEW, _MANY)
    )
    # Numbers of some bytes a row are kept, texts are not.
    assert many - few < (_MANY - _FEW) * _CHARACTERS / 4
