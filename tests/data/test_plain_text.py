from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from pipeline.contracts import Column
from pipeline.data.spec import Unit
from tests.data.reading import LM, read, refusal, write

PLAY = "\nAll:\nSpeak, speak.\n \n\n  First Citizen:\tYou\n"


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("line", [(2, "All:"), (3, "Speak, speak."), (6, "  First Citizen:\tYou")]),
        ("paragraph", [(2, "All:\nSpeak, speak."), (6, "  First Citizen:\tYou")]),
        ("file", [(1, "\nAll:\nSpeak, speak.\n \n\n  First Citizen:\tYou")]),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.text", "a.md", "a.txt.gz"])
def test_a_row_is_a_line_a_paragraph_or_the_file(
    tmp_path: Path, name: str, unit: Unit, expected: list[tuple[int, str]]
) -> None:
    content = PLAY.encode()
    path = write(tmp_path / name, gzip.compress(content) if name.endswith("gz") else content)
    rows = read(path, LM, unit=unit)
    assert [(row["row_id"], row["text"]) for row in rows] == [
        (f"{name}:{number}", text) for number, text in expected
    ]


def test_paragraphs_are_the_default_and_line_ends_do_not_count(tmp_path: Path) -> None:
    rows = read(write(tmp_path / "a.txt", "one\r\ntwo\r\n\r\nthree\u2028four"), LM)
    assert [row["text"] for row in rows] == ["one\ntwo", "three\u2028four"]


def test_a_task_that_needs_more_than_a_text_is_told(tmp_path: Path) -> None:
    columns = {**LM, "label": Column("label", "its class")}
    said = refusal(write(tmp_path / "a.md", PLAY), columns)
    assert "a.md: there is no column 'label'; there are: 'text'" in said
    assert "a.txt: the file is empty" in refusal(write(tmp_path / "a.txt", "\n \n"), LM)
    assert "a text file has names" in refusal(tmp_path / "a.md", LM, {"text": 1})
