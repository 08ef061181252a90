"""Rows that are read once and divided on their way are those that are read whole."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.contracts import SPLITS, Reporter, Silent, Splits, Task
from pipeline.data.doctor.spec import DoctorSpec
from pipeline.data.sources import load
from pipeline.data.spec import DataSpec
from pipeline.errors import DataError
from pipeline.tasks.causal_lm import CausalLm
from pipeline.tasks.text_classification import TextClassification
from pipeline.tasks.token_classification import TokenClassification
from tests.data.reading import Notes

COUNT = 9000
"""More rows than two batches have."""
ROWS = [{"text": f"text number {n} of them", "label": n % 3} for n in range(COUNT)]
LINES = [json.dumps(row) for row in ROWS]


def loaded(
    path: Path,
    *,
    task: Task | None = None,
    doctor: DoctorSpec | None = None,
    report: Reporter | None = None,
    **given: Any,
) -> Splits:
    spec = DataSpec(train=str(path), **given)
    told = report or Silent()
    return load(spec, task or TextClassification(), doctor=doctor, seed=0, report=told)


def jsonl(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def as_csv(rows: list[dict[str, Any]]) -> str:
    return "text,label\n" + "".join(f'"{row["text"]}",{row["label"]}\n' for row in rows)


def parquet(path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(ROWS), path, row_group_size=2500)


WRITERS: dict[str, Callable[[Path], Any]] = {
    "a.jsonl": lambda path: jsonl(path, LINES),
    "a.json": lambda path: path.write_text(json.dumps(ROWS)),
    "a.csv": lambda path: path.write_text(as_csv(ROWS)),
    "a.csv.gz": lambda path: path.write_bytes(gzip.compress(as_csv(ROWS).encode())),
    "a.parquet": parquet,
}


def same(one: Splits, other: Splits) -> bool:
    return all(getattr(one, name).equals(getattr(other, name)) for name in SPLITS)


@pytest.mark.parametrize("name", WRITERS)
def test_every_row_is_where_its_text_puts_it(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    whole = loaded(tmp_path / name, split="hash")
    streamed = loaded(tmp_path / name, streaming=True)
    assert sum(getattr(streamed, split).num_rows for split in SPLITS) == COUNT
    assert same(streamed, whole)
    assert streamed.fingerprints == whole.fingerprints
    assert streamed.source == whole.source
    assert streamed.notes == whole.notes


class Shown(Silent):
    """Keeps what a bar would show."""

    def __init__(self) -> None:
        self.bars: list[tuple[str, int | None]] = []
        self.steps: list[int] = []

    def progress(
        self, title: str, total: int | None
    ) -> AbstractContextManager[Callable[[int], None]]:
        if not title.startswith("reading "):
            return super().progress(title, total)
        self.bars.append((title, total))
        return nullcontext(self.steps.append)


@pytest.mark.parametrize("name", WRITERS)
def test_how_much_of_the_files_was_read_is_shown(tmp_path: Path, name: str) -> None:
    path, test = tmp_path / name, jsonl(tmp_path / "b.jsonl", LINES[:3000])
    WRITERS[name](path)
    shown = Shown()
    loaded(path, test=str(test), streaming=True, report=shown)
    size = (path.stat().st_size + test.stat().st_size) / 1e6
    assert shown.bars[0] == (f"reading {size:,.1f} MB of files, %", 100)
    assert sum(shown.steps) == 100
    assert min(shown.steps) > 0


def test_reading_is_shown_while_it_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.data.raw._PIECE", 10_000)
    path = jsonl(tmp_path / "a.jsonl", LINES)
    packed = tmp_path / "b.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    for one, steps in ((path, 30), (packed, 5)):
        shown = Shown()
        loaded(one, streaming=True, report=shown)
        assert len(shown.steps) > steps
        assert sum(shown.steps) == 100
    stopped = Shown()
    loaded(path, streaming=True, limit=1000, report=stopped)
    assert 5 < sum(stopped.steps) < 90


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp949"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_other_encodings_are_decoded_on_the_way(tmp_path: Path, name: str, codec: str) -> None:
    added = "" if codec == "utf-16-be" else ": 영화가 재미있다"  # a mark alone tells that of Hangul
    rows = [{**row, "text": f"{row['text']}{added}"} for row in ROWS]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path = tmp_path / name
    path.write_bytes((as_csv(rows) if name == "a.csv" else lines).encode(codec))
    heard = Notes()
    whole = loaded(path, split="hash", report=heard)
    streamed = loaded(path, streaming=True, report=heard)
    assert whole.train.num_rows > COUNT / 2
    assert same(streamed, whole)
    said = [note for note in heard.said if "read as" in note]
    assert len(said) == 2
    assert len(set(said)) == 1


def test_what_stops_being_its_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    rows = [{**row, "text": f"{n}: 영화가 재미있다"} for n, row in enumerate(ROWS)]
    path = tmp_path / "a.csv"
    path.write_bytes(as_csv(rows).encode("cp949") + b"\xff,1\n")
    with pytest.raises(DataError, match=rf"a\.csv:{COUNT + 2}: it begins as CP949"):
        loaded(path, streaming=True)
    path.write_bytes(as_csv(rows).encode("utf-16")[:-1])
    with pytest.raises(DataError, match=rf"a\.csv:{COUNT + 1}: it begins as UTF-16"):
        loaded(path, streaming=True)


TOKENS: dict[str, Callable[[int, str, str], str]] = {
    "a.conll": lambda n, word, tag: f"{word} {tag}\n",
    "a.tsv": lambda n, word, tag: f"{word}\t{tag}\n",
    "a.conllu": lambda n, word, tag: "\t".join([str(n), word, "_", tag, *"______"]) + "\n",
}
"""How a token is written in files with a token a line."""


@pytest.mark.parametrize("name", TOKENS)
def test_sentences_come_one_by_one(tmp_path: Path, name: str) -> None:
    sentences = [[("film", "O"), (f"w{n}", "B-X")][: 1 + n % 3] for n in range(COUNT)]
    written = [
        "".join(TOKENS[name](n, *token) for n, token in enumerate(sentence, start=1))
        for sentence in sentences
    ]
    path = tmp_path / name
    path.write_text("\n".join(written))
    task = TokenClassification()
    whole = loaded(path, task=task, split="hash")
    assert same(loaded(path, task=task, streaming=True), whole)
    broken = "film\n" if name != "a.conllu" else "1\tfilm\n"
    path.write_text("\n".join([*written, broken]))
    said = []
    for how in ({"split": "hash"}, {"streaming": True}):
        with pytest.raises(DataError, match=r"this token has . fields?, not") as caught:
            loaded(path, task=task, **how)
        said.append(str(caught.value))
    assert said[0] == said[1]


def test_columns_of_tokens_are_chosen_by_position(tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    path.write_text("".join(f"{n} film{n} B-X _\n\n" for n in range(COUNT)))
    task, columns = TokenClassification(), {"words": 2, "tags": 3}
    whole = loaded(path, task=task, columns=columns, split="hash")
    assert same(loaded(path, task=task, columns=columns, streaming=True), whole)


def test_a_text_is_cut_into_the_same_paragraphs(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n\n".join(f"first line {n}\nsecond line" for n in range(COUNT)))
    for unit in ("paragraph", "line"):
        whole = loaded(path, task=CausalLm(), unit=unit, split="hash")
        assert same(loaded(path, task=CausalLm(), unit=unit, streaming=True), whole)


def test_named_splits_are_read_from_where_they_are(tmp_path: Path) -> None:
    train, test = jsonl(tmp_path / "a.jsonl", LINES[:6000]), jsonl(tmp_path / "b.jsonl", LINES)
    whole = loaded(train, test=str(test), split="hash")
    streamed = loaded(train, test=str(test), streaming=True)
    assert streamed.test.num_rows == COUNT
    assert same(streamed, whole)


def test_the_first_training_rows_are_kept_and_nothing_is_read_behind_them(tmp_path: Path) -> None:
    whole = loaded(jsonl(tmp_path / "a.jsonl", LINES), split="hash")
    # Whoever went on reading would stumble.
    path = jsonl(tmp_path / "a.jsonl", [*LINES[:6000], "{broken"])
    streamed = loaded(path, streaming=True, limit=100)
    assert streamed.train.equals(whole.train.slice(0, 100))
    last = int(streamed.train["row_id"][-1].as_py().partition(":")[2])
    for split in ("validation", "test"):
        table = getattr(streamed, split)
        assert table.num_rows
        assert table.equals(getattr(whole, split).slice(0, table.num_rows))
    assert sum(getattr(streamed, split).num_rows for split in SPLITS) == last
    assert any(f"the first 100 rows, by limit; {last} were read" in n for n in streamed.notes)
    with pytest.raises(DataError, match=r"a\.jsonl:6001"):
        loaded(path, streaming=True)


def test_a_limit_that_is_never_reached_cuts_nothing(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "a.jsonl", LINES)
    streamed = loaded(path, streaming=True, limit=COUNT)
    assert same(streamed, loaded(path, split="hash"))
    assert not any("by limit" in note for note in streamed.notes)


def test_missing_values_are_named_by_row_wherever_they_stand(tmp_path: Path) -> None:
    lines = LINES.copy()
    lines[4999] = json.dumps({"text": " ", "label": 1})
    lines[8000] = json.dumps({"text": "a text"})
    path = jsonl(tmp_path / "a.jsonl", lines)
    with pytest.raises(DataError) as caught:
        loaded(path, streaming=True)
    said = str(caught.value)
    assert "1 row has an empty text in 'text': a.jsonl:5000" in said
    assert "1 row has no label in 'label': a.jsonl:8001" in said
    drop = DoctorSpec(missing="drop")
    streamed = loaded(path, doctor=drop, streaming=True)
    whole = loaded(path, doctor=drop, split="hash")
    assert same(streamed, whole)
    assert set(streamed.notes) == set(whole.notes)
    assert "train: dropped 2 rows that lack a value" in streamed.notes


def test_the_doctor_drops_the_same_rows(tmp_path: Path) -> None:
    conflict = json.dumps({"text": "text number 70 of them!", "label": 2})
    train = jsonl(tmp_path / "a.jsonl", [*LINES, *LINES[100:110], conflict])
    test = jsonl(tmp_path / "b.jsonl", [*LINES[:50], *(LINES[0].replace("number", "No."),)])
    doctor = DoctorSpec(duplicates="drop", repeats="drop", conflicts="drop")
    whole = loaded(train, doctor=doctor, test=str(test), split="hash")
    streamed = loaded(train, doctor=doctor, test=str(test), streaming=True)
    assert same(streamed, whole)
    left = sum(getattr(streamed, name).num_rows for name in ("train", "validation"))
    assert left == COUNT - 50 - 1  # those of the test, and one text that has two labels


def test_a_column_that_comes_late_is_no_column_that_is_lost(tmp_path: Path) -> None:
    lines = [*LINES, json.dumps({"text": "x", "text_pair": "y", "label": 1})]
    with pytest.raises(DataError, match="there is a column 'text_pair', which the first rows lack"):
        loaded(jsonl(tmp_path / "a.jsonl", lines), streaming=True)


def test_cells_of_several_labels_are_split_at_one_mark(tmp_path: Path) -> None:
    task = TextClassification(multi_label=True)
    labels = ["a;b"] * 4500 + ["b, c"] * 4500
    rows = [
        {"text": row["text"], "label": f'"{label}"'}
        for row, label in zip(ROWS, labels, strict=True)
    ]
    path = tmp_path / "a.csv"
    path.write_text(as_csv(rows))
    whole = loaded(path, task=task, split="hash")
    assert task.labels(whole.train) == ("a", "b", "b, c")
    assert same(loaded(path, task=task, streaming=True), whole)
    path.write_text(as_csv(rows[::-1]))
    with pytest.raises(DataError, match="were split at ',' so far, and from about here on"):
        loaded(path, task=task, streaming=True)


def test_too_few_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="by hash, none of the 1 rows would be in"):
        loaded(jsonl(tmp_path / "a.jsonl", LINES[:1]), streaming=True)


def test_rows_lie_on_the_disk_under_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "room"
    monkeypatch.setenv("TMPDIR", str(room))
    before = pa.total_allocated_bytes()
    splits = loaded(jsonl(tmp_path / "a.jsonl", LINES), streaming=True)
    assert sum(getattr(splits, name).nbytes for name in SPLITS) > 300_000
    assert pa.total_allocated_bytes() - before < 30_000
    assert list(room.iterdir()) == []
