"""Rows that are longer than the base can take: told, noted or refused, and which they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.contracts import Silent
from pipeline.errors import DataError
from tests.training import tiny


class Heard(Silent):
    def __init__(self) -> None:
        self.warned: list[str] = []
        self.noted: list[str] = []

    def warn(self, message: str) -> None:
        self.warned.append(message)

    def note(self, message: str) -> None:
        self.noted.append(message)


def told(base: Path, run: Path, policy: str) -> Heard:
    heard, prepared = Heard(), tiny.ready(base)
    short = replace(prepared, codec=replace(prepared.codec, max_length=4))
    tiny.fit(short, run, on=replace(tiny.work(8), report=heard), max_steps=1, too_long=policy)
    return heard


def test_each_policy_says_how_many_rows_and_which(tiny_base: Path, tmp_path: Path) -> None:
    said = "train: 8 of 8 rows are longer than 4 tokens and are cut"
    warned = told(tiny_base, tmp_path / "warn", "warn")
    assert warned.warned[0].startswith(said)
    assert "rows.csv:2, rows.csv:3" in warned.warned[0]
    assert warned.warned[0].endswith("and 3 more")
    noted = told(tiny_base, tmp_path / "truncate", "truncate")
    assert (noted.noted[0], noted.warned) == (warned.warned[0], [])
    with pytest.raises(DataError, match="8 of 8 rows are longer than 4 tokens: ") as seen:
        told(tiny_base, tmp_path / "error", "error")
    assert "train.too_long: warn" in seen.value.problems[0].hint
