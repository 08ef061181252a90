from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts import Column
from pipeline.data import files
from pipeline.errors import DataError

COLUMNS = {
    "text": Column("text", "the text"),
    "text_pair": Column("text", "another", required=False),
    "label": Column("label", "the class"),
}


def read(path: Path, mapping: Mapping[str, str | int] | None = None) -> list[dict[str, str]]:
    table = files.read([path], COLUMNS, mapping or {}, names={path: path.name})
    rows: list[dict[str, str]] = table.to_pylist()
    return rows


def refusal(path: Path, mapping: Mapping[str, str | int] | None = None) -> str:
    with pytest.raises(DataError) as caught:
        read(path, mapping)
    return str(caught.value)


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_csv_values_stay_the_strings_they_are(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,label\nNA,001\nnull,1.0\n2020-01-01,true\n")
    assert [(row["text"], row["label"]) for row in read(path)] == [
        ("NA", "001"), ("null", "1.0"), ("2020-01-01", "true"),
    ]  # fmt: skip


def test_row_ids_are_the_lines_on_which_rows_begin(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'text,label\none,x\n\n"two\nlines, ""so""",y\nthree,x\n')
    rows = read(path)
    assert [row["row_id"] for row in rows] == ["a.csv:2", "a.csv:4", "a.csv:6"]
    assert rows[1]["text"] == 'two\nlines, "so"'


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text("ab ,\"\n\r'é", max_size=6), min_size=1, max_size=8))
def test_csv_lines_agree_with_where_the_writer_put_them(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    lines, content = [], "text,label\n"
    for text in texts:
        lines.append(len(content.replace("\r\n", "\n").replace("\r", "\n").split("\n")))
        content += '"' + text.replace('"', '""') + '",x\n'
    rows = read(write(tmp_path_factory.mktemp("csv") / "a.csv", content))
    assert [row["text"] for row in rows] == texts
    assert [row["row_id"] for row in rows] == [f"a.csv:{line}" for line in lines]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_and_a_byte_order_mark_change_nothing(tmp_path: Path, ending: str) -> None:
    content = f"\ufefftext,label{ending}hé,a{ending}ho,b{ending}"
    rows = read(write(tmp_path / "a.csv", content))
    assert [(row["row_id"], row["text"]) for row in rows] == [("a.csv:2", "hé"), ("a.csv:3", "ho")]


def test_tsv_quotes_are_characters(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", 'text\tlabel\n"open\ta\n5" wide\tb\n')
    assert [row["text"] for row in read(path)] == ['"open', '5" wide']


def test_columns_by_position_mean_no_header(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", "0\tgood\n1\tbad\n")
    assert read(path, {"text": 2, "label": 1}) == [
        {"row_id": "a.tsv:1", "text": "good", "label": "0"},
        {"row_id": "a.tsv:2", "text": "bad", "label": "1"},
    ]
    assert "from 1 to 2" in refusal(path, {"text": 3, "label": 1})


def test_gz_reads_as_what_is_packed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv.gz", gzip.compress(b"text,label\nhi,x\n"))
    assert read(path) == [{"row_id": "a.csv.gz:2", "text": "hi", "label": "x"}]
    assert "cannot be unpacked" in refusal(write(tmp_path / "b.csv.gz", b"text,label\n"))


SCALARS = [1, 1.0, 2.5, True, False, "word", -3]


def test_labels_of_any_scalar_become_strings_in_jsonl(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        "\n".join(json.dumps({"text": "t", "label": one}) for one in SCALARS) + "\n",
    )
    expected = ["1", "1", "2.5", "true", "false", "word", "-3"]
    assert [row["label"] for row in read(path)] == expected
    whole = write(tmp_path / "a.json", json.dumps([{"text": "t", "label": x} for x in SCALARS]))
    assert [row["label"] for row in read(whole)] == expected
    assert [row["row_id"] for row in read(whole)][-1] == "a.json:7"


@pytest.mark.parametrize("label", [3, "3"])
def test_plain_and_odd_jsonl_read_alike(tmp_path: Path, label: int | str) -> None:
    line = json.dumps({"text": "2020-01-01", "label": label, "more": {"x": [1]}})
    plain = write(tmp_path / "a.jsonl", f"{line}\n{line}\n")
    odd = write(tmp_path / "b.jsonl", f"\n{line}\n\n{line}")
    assert [(row["text"], row["label"]) for row in read(plain)] == [("2020-01-01", "3")] * 2
    assert [row["row_id"] for row in read(plain)] == ["a.jsonl:1", "a.jsonl:2"]
    assert [row["row_id"] for row in read(odd)] == ["b.jsonl:2", "b.jsonl:4"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([1, 2]), ["1", "2"]),
        (pa.array([1.0, 2.5]), ["1", "2.5"]),
        (pa.array([True, False]), ["true", "false"]),
        (pa.array(["x", "y"], pa.large_string()), ["x", "y"]),
        (pa.array(["x", "y"]).dictionary_encode(), ["x", "y"]),
        (pa.array([float("nan"), 1.0]), [None, "1"]),
    ],
)
def test_parquet_labels_become_strings(
    tmp_path: Path, values: pa.Array, expected: list[str | None]
) -> None:
    pq.write_table(pa.table({"text": ["a", "b"], "label": values}), tmp_path / "a.parquet")
    rows = read(tmp_path / "a.parquet")
    assert [row["label"] for row in rows] == expected
    assert [row["row_id"] for row in rows] == ["a.parquet:1", "a.parquet:2"]


def test_nested_values_are_refused_with_their_row(tmp_path: Path) -> None:
    table = pa.table({"text": ["a", "b"], "label": [None, [1]]})
    pq.write_table(table, tmp_path / "a.parquet")
    assert "a.parquet:2: column 'label' holds list" in refusal(tmp_path / "a.parquet")
    path = write(tmp_path / "a.jsonl", '{"text": "a", "label": 1}\n{"text": "b", "label": [1]}\n')
    assert "a.jsonl:2: column 'label' holds a list" in refusal(path)


def test_an_optional_column_is_read_where_it_is_there(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,text_pair,label\na,b,x\n")
    assert read(path)[0]["text_pair"] == "b"
    late = '{"text": "a", "label": "x"}\n{"text": "b", "label": "x", "text_pair": "c"}\n'
    assert [row["text_pair"] for row in read(write(tmp_path / "a.jsonl", late))] == ["", "c"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "", "a.csv: the file is empty"),
        ("a.csv", "text,label\n", "a.csv: it has a header and no rows"),
        ("a.csv", "text,label", "a.csv: it has a header and no rows"),
        ("a.csv", b"PAR1\0\0", "looks like a Parquet file"),
        ("a.csv", b"PK\x03\x04", "zip archive or an Excel"),
        ("a.csv", b"\x89PNG\r\n", "PNG picture"),
        ("a.csv", b"text,label\na\0,b\n", "NUL byte at position 12"),
        ("a.csv", b"text,label\nok,x\ncaf\xe9,x\n", "a.csv:3: it is not UTF-8: byte 0xe9"),
        ("a.jsonl", b'{"text":"a","label":"x"}\n{"text":"\xe9","label":"x"}\n', "a.jsonl:2: it is"),
        ("a.csv", "text,label\na,b\nc,d,e\nf\n", "a.csv:3: this row has 3 fields"),
        ("a.csv", "text,label\na,b\nc,d,e\nf\n", "a.csv:4: this row has 1 field, the first"),
        ("a.csv", 'text,label\na,b\n"c,d\ne,f\n', "a.csv:3: a quote opens"),
        ("a.csv", 'text,label\na,b\nc,"d\ne,f\n', "a.csv:3: a quote opens"),
        ("a.csv", "text,label,text\na,b,c\n", "more than once (columns 1 and 3)"),
        ("a.csv", "text,labl\na,b\n", "did you mean 'labl'?"),
        ("a.jsonl", '{"text": "a", "label": 1}\n{oops\n', "a.jsonl:2: not JSON"),
        ("a.jsonl", '{"text": "a", "label": 1}\n[1]\n', "a.jsonl:2: the row is a list"),
        ("a.jsonl", 'null\n{"text": "a", "label": 1}\n', "a.jsonl:1: the row is null"),
        ("a.jsonl", 'nullext": 1}\n{"text": "a", "label": 1}\n', "a.jsonl:1: not JSON"),
        ("a.jsonl", '{"text": "a", "label": 1} null\n', "a.jsonl:1: not JSON"),
        ("a.jsonl", '{"text": "a", "lable": 1}\n', "did you mean 'lable'?"),
        ("a.json", '{"data": []}', "an object with the keys data"),
        ("a.json", '[\n{"text": "a"},\n]', "a.json:3: not JSON"),
        ("a.json", "[]", "it has no rows"),
        ("a.parquet", "text,label\n", "no whole Parquet file"),
        ("a.jsonl", '{\n"text": "a",\n"label": 1\n}', "one JSON object over several lines"),
        ("a.jsonl", '{"text": "\\ud83d", "label": 1}\n', "a.jsonl:1: column 'text' holds half of"),
        ("a.jsonl", '{"text": "a", "label": ["x", "y"]}\n', "multi_label: true"),
        ("a.jsonl", "[" * 9999, "a.jsonl:1: not JSON: it is nested too deeply"),
        ("a.json", '[{"text": "a", "label": ' + "1" * 5000 + "}]", "a number of thousands"),
        ("a.json", '{"text": {"0": "a"}, "label": {"0": 1}}', "orient='records'"),
    ],
)
def test_a_bad_file_is_refused_in_plain_words(
    tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    assert said in refusal(write(tmp_path / name, content))


def test_a_first_line_longer_than_a_peek_still_has_its_keys(tmp_path: Path) -> None:
    row = json.dumps({"text": "é" * (1 << 20), "label": "x"}, ensure_ascii=False)
    path = write(tmp_path / "a.jsonl", f"{row}\n{row}\n")
    assert files.header(path) == ["text", "label"]
    assert [one["row_id"] for one in read(path)] == ["a.jsonl:1", "a.jsonl:2"]


def test_every_missing_column_is_named_at_once(tmp_path: Path) -> None:
    message = refusal(write(tmp_path / "a.csv", "x,y\n1,2\n"))
    assert "'text'" in message
    assert "'label'" in message


def test_ragged_rows_beyond_the_first_few_are_counted(tmp_path: Path) -> None:
    message = refusal(write(tmp_path / "a.csv", "text,label\n" + "a\n" * 9))
    assert message.count("this row has") == 5
    assert "and 4 more such rows" in message


def test_a_list_is_read_under_either_ending_and_inside_of_an_object(tmp_path: Path) -> None:
    rows = '[\n{"text": "a", "label": 1},\n{"text": "b", "label": 2}\n]'
    for name, content in (
        ("a.json", rows), ("a.jsonl", rows), ("b.json", f'{{"version": 1, "data": {rows}}}'),
    ):  # fmt: skip
        found = read(write(tmp_path / name, content))
        assert [(row["text"], row["label"]) for row in found] == [("a", "1"), ("b", "2")]
        assert files.header(tmp_path / name) == ["text", "label"]


def test_a_damaged_parquet_file_is_refused_where_its_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = [f"a text with the number {n}" for n in range(1000)]
    pq.write_table(pa.table({"text": texts, "label": texts}), path)
    content = bytearray(path.read_bytes())
    content[60:400] = bytes(340)
    path.write_bytes(content)
    assert "a.parquet: it begins as a Parquet file, and its rows cannot be read" in refusal(path)
