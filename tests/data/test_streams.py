from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.contracts import Column
from pipeline.data import one_by_one, raw, streams
from pipeline.data.columns import Asked
from pipeline.errors import DataError

ASKED = Asked({"text": Column("text", "a text")})
ROWS = [(2, {"text": "one", "n": "1"}), (3, {"text": 'two "2"', "n": ""})]


def read(path: Path, asked: Asked = ASKED) -> list[tuple[int, dict[str, Any]]]:
    return list(streams.of_file(path, asked).rows())


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_tables_come_with_all_columns_and_the_lines_of_their_rows(tmp_path: Path) -> None:
    plain = 'text,n\none,1\n"two ""2""",\n'
    assert read(written(tmp_path, "a.csv", plain)) == ROWS
    assert read(written(tmp_path, "a.tsv", 'text\tn\none\t1\ntwo "2"\t\n')) == ROWS
    assert read(written(tmp_path, "mark.csv", b"\xef\xbb\xbf" + plain.encode())) == ROWS
    assert read(written(tmp_path, "wide.csv", plain.encode("utf-16"))) == ROWS
    assert read(written(tmp_path, "old.csv", plain.replace("\n", "\r"))) == ROWS
    assert read(written(tmp_path, "windows.csv", plain.replace("\n", "\r\n"))) == ROWS
    assert read(written(tmp_path, "b.csv.gz", gzip.compress(plain.encode()))) == ROWS


def test_a_row_of_several_lines_has_the_number_of_its_first(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", 'text\n"one\n\nand more"\n\ntwo\n')
    assert read(path) == [(2, {"text": "one\n\nand more"}), (6, {"text": "two"})]


def test_columns_by_number_say_that_there_is_no_header(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "one,x\ntwo,y\n")
    asked = Asked(ASKED.columns, {"text": 2})
    assert [number for number, _ in read(path, asked)] == [1, 2]
    header = list(read(path, asked)[0][1])
    assert asked.choose(header, place="a.csv") == {"text": header[1]}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "n\tbody\n1\tone\n2\ttwo\n"),
        ("a.csv", "n|body\n1|one\n2|two\n"),
        ("a.tsv", "n,body\n1,one\n2,two\n"),
    ],
)
def test_a_usual_name_tells_a_table_as_a_given_one_does(
    tmp_path: Path, name: str, content: str
) -> None:
    path = written(tmp_path, name, content)
    rows = [(2, {"n": "1", "body": "one"}), (3, {"n": "2", "body": "two"})]
    assert read(path, Asked(ASKED.columns, {"text": "body"})) == rows
    assert read(path, Asked(ASKED.columns, usual={"text": "body"})) == rows


def test_usual_columns_are_taken_as_a_whole_before_our_own_names() -> None:
    pair = {name: Column("text", name) for name in ("text", "text_pair")}
    asked = Asked(pair, usual={"text": "one", "text_pair": "text"})
    swapped = {"text": "one", "text_pair": "text"}
    assert asked.choose(["one", "text"], place="a.csv") == swapped
    assert asked.choose(["one", "text", "text_pair"], place="a.csv") == swapped
    ours = {"text": "text", "text_pair": "text_pair"}
    assert asked.choose(["text", "text_pair"], place="a.csv") == ours
    with pytest.raises(DataError, match="there is no column 'text_pair'"):
        asked.choose(["text"], place="a.csv")
    given = Asked(pair, {"text": "text"}, usual={"text": "one", "text_pair": "two"})
    assert given.choose(["text", "two"], place="a.csv") == {"text": "text", "text_pair": "two"}


def test_usual_positions_reach_into_files_with_a_token_a_line(tmp_path: Path) -> None:
    words = {"words": Column("words", "words")}
    path = written(tmp_path, "a.conll", "1 The DT\n2 mode NN\n")
    assert read(path, Asked(words, usual={"words": 2})) == [(1, {"words": ["The", "mode"]})]
    assert read(path, Asked(words, usual={"words": "tokens"})) == [(1, {"words": ["1", "2"]})]
    token = "1\tmodes\tmode\tNOUN\t_\t_\t0\troot\t_\t_\n"
    path = written(tmp_path, "a.conllu", token)
    assert read(path, Asked(words, usual={"words": "LEMMA"})) == [(1, {"words": ["mode"]})]


def test_json_keeps_what_it_holds(tmp_path: Path) -> None:
    rows = [{"text": "하나", "deep": {"x": [1, None]}}, {"text": "둘"}]
    lines = "".join(json.dumps(row) + "\n\n" for row in rows)
    assert read(written(tmp_path, "a.jsonl", lines)) == [(1, rows[0]), (3, rows[1])]
    assert read(written(tmp_path, "a.json", json.dumps(rows))) == [(1, rows[0]), (2, rows[1])]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"text": ["a", "b"], "small": pa.array([1, None], pa.int8())})
    pq.write_table(table, path)
    stream = streams.of_file(path, ASKED)
    assert stream.schema == table.schema
    assert list(stream.rows()) == list(enumerate(table.to_pylist(), start=1))


def test_lines_are_rows_unless_the_first_one_names_the_column(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "one\n\ntwo\tthree\n")
    assert read(path) == [(1, {"text": "one"}), (2, {"text": ""}), (3, {"text": "two\tthree"})]
    assert read(written(tmp_path, "b.txt", "id\ttext\n7\tone\n")) == [
        (2, {"id": "7", "text": "one"})
    ]


@pytest.mark.parametrize(
    ("name", "content", "place", "said"),
    [
        ("a.csv", "text,n\none\n", "a.csv:2", "1 fields, and the header 2"),
        ("a.csv", 'text\n"one\ntwo\n', "a.csv:2", "never closed"),
        ("a.csv", "text,text\na,b\n", "a.csv", "'text' is there more than once (columns 1 and 2)"),
        ("a.csv", b"text\n\xffone\n", "a.csv:2", "not UTF-8: byte 0xff"),
        ("a.csv", b"text\nx\nt\0wo\n", "a.csv:3", "NUL byte"),
        ("a.jsonl", '{"text": "a"}\n{"text"\n', "a.jsonl:2", "not JSON"),
        ("a.jsonl", "[1]\n", "a.jsonl:1", "not an object"),
        ("a.jsonl", "[" * 100_000 + "\n", "a.jsonl:1", "nested too deep"),
        ("a.csv.gz", gzip.compress(b"text\none\n" * 9, mtime=0)[:-9], "a.csv.gz", "unpacked"),
        ("a.parquet", b"PAR1 and no more", "a.parquet", "Parquet"),
        ("a.exe", b"x", "a.exe", "no way is known"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(
    tmp_path: Path, name: str, content: str | bytes, place: str, said: str
) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(DataError) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert place in problem.place
    assert said in problem.message


def test_a_line_without_an_end_is_not_held_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_by_one, "LONGEST", 100)
    for name in ("a.jsonl", "a.csv"):
        path = written(tmp_path, name, '{"text": "a"}\n"' + "x" * 300)
        with pytest.raises(DataError, match="longer than 100 bytes"):
            read(path)


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "_RATIO", 10)
    monkeypatch.setattr(raw, "_UNPACKED", 1)
    path = written(tmp_path, "a.jsonl.gz", gzip.compress(b'{"text": "x"}\n' * 500_000))
    with pytest.raises(DataError, match="as no text does"):
        read(path)


def test_other_encodings_and_dialects_are_read_as_training_reads_them(tmp_path: Path) -> None:
    korean = "text;n\n영화가 재미있다;1\n배우가 지루하다;2\n"
    rows = read(written(tmp_path, "a.csv", korean.encode("cp949")))
    assert rows == [
        (2, {"text": "영화가 재미있다", "n": "1"}),
        (3, {"text": "배우가 지루하다", "n": "2"}),
    ]
    barred = written(tmp_path, "b.csv", "text||n\none||1\ntwo||2\n")
    assert read(barred) == [(2, {"text": "one", "n": "1"}), (3, {"text": "two", "n": "2"})]


def test_a_pipe_can_be_read_again_where_it_is_spooled() -> None:
    for spooled, times in ((True, 2), (False, 1)):
        stream = streams.of_pipe(io.BytesIO(b"text\none\n"), "csv", ASKED, spooled=spooled)
        assert stream.again is spooled
        for _ in range(times):
            assert list(stream.rows()) == [(2, {"text": "one"})]
        stream.close()
