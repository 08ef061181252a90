"""Files of rows that something is wrong with, in every format that is read."""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

_TEXTS = [f"a text with the number {n}, and a comma" for n in range(24)]
_LABELS = ["good", "bad"] * 12
_ROWS = [{"text": text, "label": label} for text, label in zip(_TEXTS, _LABELS, strict=True)]


@dataclass(frozen=True)
class File:
    """A file, and the task that is asked of it.

    Attributes:
        name: with its ending.
        task: as a recipe has it.
        columns: of the recipe.
    """

    name: str
    content: bytes
    task: str
    columns: str = "{}"


def _csv(mark: str, quote: str) -> bytes:
    lines = [f"text{mark}label"]
    lines += [f"{quote}{row['text']}{quote}{mark}{row['label']}" for row in _ROWS]
    return ("\n".join(lines) + "\n").encode()


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


_PAIRS = [{"text": text, "target": f"no. {n}"} for n, text in enumerate(_TEXTS)]
_SETS = [{"text": text, "label": ["a", "b"][: n % 3]} for n, text in enumerate(_TEXTS)]
_SCORES = [{"text": text, "value": n / 3} for n, text in enumerate(_TEXTS)]
_TALKS = [
    {"messages": [{"role": "user", "content": text}, {"role": "assistant", "content": "yes"}]}
    for text in _TEXTS
]
_TOKENS = [{"words": ["Ann", "sang"], "tags": ["B-PER", "O"]} for _ in _TEXTS]
_SQUAD = {
    "data": [
        {
            "paragraphs": [
                {
                    "context": text,
                    "qas": [
                        {"question": "which?", "answers": [{"text": "number", "answer_start": 16}]}
                    ],
                }
                for text in _TEXTS
            ]
        }
    ]
}
_CLASSES, _MULTI = "text-classification", "{name: text-classification, multi_label: true}"
GOOD = [
    File("a.csv", _csv(",", '"'), _CLASSES),
    File("a.csv", _csv(";", ""), _CLASSES),
    File("a.tsv", _csv("\t", ""), _CLASSES),
    File("a.txt", _csv("||", ""), _CLASSES, "{text: 1, label: 2}"),
    File("a.jsonl", _lines(_ROWS), _CLASSES),
    File("a.json", json.dumps(_ROWS, indent=1).encode(), _CLASSES),
    File("a.parquet", _parquet(_ROWS), _CLASSES),
    File("a.jsonl", _lines(_SETS), _MULTI),
    File("a.csv", _csv(",", '"'), _MULTI),
    File("a.jsonl", _lines(_SCORES), "text-regression"),
    File("a.parquet", _parquet(_SCORES), "text-regression"),
    File("a.csv", _csv(",", '"'), "text-regression", "{value: label}"),
    File("a.json", json.dumps(_PAIRS).encode(), "seq2seq"),
    File("a.jsonl", _lines(_TALKS), "instruction"),
    File("a.parquet", _parquet(_TALKS), "instruction"),
    File("a.jsonl", _lines(_TOKENS), "token-classification"),
    File("a.conll", b"Ann\tB-PER\nsang\tO\n\n" * 24, "token-classification"),
    File("a.tsv", b"Ann\tB-PER\nsang\tO\n\n" * 24, "token-classification"),
    File("a.json", json.dumps(_SQUAD).encode(), "question-answering"),
    File("a.txt", "\n\n".join(_TEXTS).encode(), "causal-lm"),
]
_PIECES = st.sampled_from(
    [b'"', b"'", b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\0", b"\xef\xbb\xbf",
     b"\xff\xfe", b"\xe9", b"\xec\x9d", "한국어".encode("cp949"), "한국어".encode(), b"[", b"]",
     b"{", b"}", b"[" * 3000, b"9" * 5000, b"NaN", b"Infinity", b"-1e999", b"null", b"true",
     b'\\ud83d', b'["a", ["b"]]', b'{"x": {"y": 1}}', b"\n\n\n", b" ", b"\xc2\xa0", b"\x1f",
     b"\x85", b"label", b"#", b"B-", b"O", b"text,label,text", b":", b"\x1f\x8b", b"PAR1",
     b"PK\x03\x04", b'"start": 99999999999999999999']
)  # fmt: skip
_CODECS = st.sampled_from(["utf-16", "utf-16-le", "utf-8-sig", "cp949", "utf-32", "latin-1"])


@st.composite
def broken_files(draw: st.DrawFn) -> File:
    """A good file, cut, spliced, written in another encoding, packed, or called otherwise."""
    good = draw(st.sampled_from(GOOD))
    content, name = good.content, good.name
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content)))
        cut = draw(st.sampled_from([0, 0, 1, 3, 40, 400]))
        piece = draw(_PIECES | st.binary(max_size=4) | st.just(content[:60]))
        content = content[:at] + piece + content[at + cut :]
    if draw(st.integers(0, 4)) == 0:
        content = content[: draw(st.integers(0, len(content)))]
    if draw(st.integers(0, 4)) == 0:
        codec = draw(_CODECS)
        content = content.decode("utf-8", errors="replace").encode(codec, errors="replace")
    if draw(st.integers(0, 6)) == 0:
        content = gzip.compress(content)
        content = content[: len(content) - draw(st.sampled_from([0, 0, 1, 9]))]
        name += draw(st.sampled_from([".gz", ""]))
    if draw(st.integers(0, 9)) == 0:
        name = "a" + draw(st.sampled_from([".csv", ".tsv", ".json", ".jsonl", ".txt", ".conll",
                                           ".conllu", ".parquet", ".md", ".csv.gz"]))  # fmt: skip
    return File(name, content, good.task, good.columns)
