from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.contracts import Column
from pipeline.data.columns import Asked
from pipeline.data.dialects import CSV, QUOTED_TSV, TSV, Dialect, dialect_of
from tests.data.reading import Notes, read, write

COLUMNS = {"text": Column("text", "the text"), "label": Column("label", "the class")}
SEMICOLON, BARS, BAR = Dialect(";", quoted=True), Dialect("||", quoted=False), Dialect("|", True)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", "text,label\na,b\n", CSV),
        ("a.csv", "text;label\na, b;c\nd;e\n", SEMICOLON),
        ("a.csv", "text\tlabel\na, b\tc\nd\te\n", TSV),
        ("a.csv", "text|label\na, b|c\nd|e\n", BAR),
        ("a.tsv", "text,label\na,b\n", CSV),
        ("a.txt", "text||label\na| b||c\nd||e\n", BARS),
        # The columns that are asked for are there: rows that are uneven are wrong rows.
        ("a.csv", "text,label\na;b,c\nd;e,f,g\n", CSV),
        # Nothing divides the rows evenly: the usual mark stays, and its errors are said.
        ("a.csv", "tekst,label\na\nb,c;d\n", CSV),
        ("a.csv", "text\none, two\nthree\n", CSV),
        # A quote that opens and never closes as a field does is a character.
        ("a.tsv", 'text\tlabel\n"open\ta\n5" wide\tb\n', TSV),
        ("a.tsv", 'text\tlabel\n"open\ta\nclosed"\tb\n', TSV),
        ("a.tsv", 'text\tlabel\n"title"\ta\n', TSV),
        # As data frames write it.
        ("a.tsv", 'text\tlabel\n"he said ""hi"""\ta\nb\tc\n', QUOTED_TSV),
        ("a.tsv", 'text\tlabel\n"two\nlines"\ta\nb\tc\n', QUOTED_TSV),
        ("a.tsv", '"text"\t"label"\n"a"\t"b"\n', QUOTED_TSV),
    ],
)
def test_the_mark_that_divides_the_rows_is_found(
    tmp_path: Path, name: str, content: str, expected: Dialect
) -> None:
    path = write(tmp_path / name, content)
    assert dialect_of(path, path.suffix[1:].replace("txt", "tsv"), Asked(COLUMNS)) == expected


def test_one_stray_quote_far_down_makes_all_of_them_characters(tmp_path: Path) -> None:
    rows = 'text\tlabel\n"he said ""hi"""\ta\n' + "some words\tb\n" * 8000
    plain = write(tmp_path / "a.tsv", rows)
    stray = write(tmp_path / "b.tsv", f'{rows}5" wide\tb\n')
    assert read(plain, COLUMNS)[0]["text"] == 'he said "hi"'
    assert read(stray, COLUMNS)[0]["text"] == '"he said ""hi"""'


def test_what_is_unusual_is_said(tmp_path: Path) -> None:
    notes = Notes()
    path = write(tmp_path / "a.txt", "x | y||good\nz||bad\n")
    rows = read(path, COLUMNS, {"text": 1, "label": 2}, report=notes)
    assert [(row["text"], row["label"]) for row in rows] == [("x | y", "good"), ("z", "bad")]
    assert notes.said == ["a.txt: fields are set apart by '||'; quotes are characters"]
    notes.said.clear()
    read(write(tmp_path / "a.csv", "text,label\na,b\n"), COLUMNS, report=notes)
    assert not notes.said


def test_blanks_around_a_columns_name_do_not_hide_it(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a.csv", "text, label \na,b\n"), COLUMNS)[0]["label"] == "b"
