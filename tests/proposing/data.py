"""Small data sets as people have them, written by the tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ENGLISH = ["the film was a joy to sit through", "it was all that I had hoped for", "what a bore"]
KOREAN = ["이 영화는 정말 재미있게 보았다", "기대보다 훨씬 지루했다", "배우의 연기가 참 좋았다"]


def text(number: int, sentences: list[str]) -> str:
    return f"{sentences[number % len(sentences)]} {number}"


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def table(head: str, line: str, *, rows: int = 60, sentences: list[str] = ENGLISH) -> str:
    """Rows of a table; ``{n}``, ``{text}``, ``{other}`` and ``{c}`` stand for what differs."""
    lines = [head] if head else []
    lines += [
        line.format(
            n=n, text=text(n, sentences), other=text(n + 1, sentences)[::-1], c="abc"[n % 3]
        )
        for n in range(rows)
    ]
    return "\n".join(lines) + "\n"


def objects(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def squad() -> str:
    paragraphs = [
        {
            "context": f"The village of number {n} has {n} houses and a mill.",
            "qas": [{"question": "What has the village?",
                     "answers": [{"text": "a mill", "answer_start": 0}]}],
        }
        for n in range(20)
    ]  # fmt: skip
    for paragraph in paragraphs:
        context = str(paragraph["context"])
        paragraph["qas"][0]["answers"][0]["answer_start"] = context.index("a mill")  # type: ignore[index]
    return json.dumps({"data": [{"title": "t", "paragraphs": paragraphs}]})


def tokens() -> str:
    return "".join(f"The\tO\ntown\tO\nof\tO\nUlm{n}\tB-LOC\n\n" for n in range(40))
