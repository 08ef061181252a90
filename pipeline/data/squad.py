"""JSON as SQuAD has it: articles of paragraphs of questions; versions 1 and 2.

A row is a question, and its number its place in the file. A question that is impossible has no
answers. Source: Rajpurkar et al. 2016 (https://arxiv.org/abs/1606.05250) and 2018.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.data import raw
from pipeline.data.columns import Asked
from pipeline.data.json_text import parse
from pipeline.data.tables import convert_values
from pipeline.errors import DataError

HEADER = ("id", "question", "context", "answers")
"""Columns of a row, as data sets of questions call them."""

_HINT = 'write {"data": [{"paragraphs": [{"context": ..., "qas": [{"question": ..., ...}]}]}]}'


def is_squad(path: Path) -> bool:
    """Whether a JSON file begins as SQuAD's do.

    Raises:
        DataError: unreadable or empty.
    """
    begins = raw.peek(path).lstrip()
    return begins.startswith(b"{") and b'"paragraphs"' in begins.partition(b'"data"')[2]


def read(path: Path, asked: Asked, *, name: str) -> pa.Table:
    """A row a question.

    Raises:
        DataError: not JSON, parts that are missing, answers that cannot be read.
    """
    articles = parse(raw.read(path, name=name, by_line=False, report=asked.report), name)
    if not isinstance(articles, dict) or "data" not in articles:
        raise DataError("there is no 'data'", place=name, hint=_HINT)
    chosen = asked.choose(HEADER, place=name)
    rows = list(_questions(articles["data"], name))
    if not rows:
        raise DataError("it has no questions", place=name, hint=_HINT)
    numbers = np.arange(1, len(rows) + 1, dtype=np.int64)
    return convert_values(
        lambda theirs: [row[theirs] for row in rows], chosen, asked, numbers=numbers, name=name
    )


def _questions(articles: Any, name: str) -> Iterator[dict[str, Any]]:
    for a, article in enumerate(_list(articles, f"{name}: 'data'"), start=1):
        at = f"{name}: article {a}"
        for p, paragraph in enumerate(_part(article, "paragraphs", at), start=1):
            there = f"{at}, paragraph {p}"
            context = _part(paragraph, "context", there)
            for q, asked in enumerate(_list(_part(paragraph, "qas", there), there), start=1):
                where = f"{there}, question {q}"
                question = _part(asked, "question", where)
                yield {
                    "id": asked.get("id"),
                    "question": question,
                    "context": context,
                    "answers": [] if asked.get("is_impossible") else asked.get("answers"),
                }


def _part(whole: Any, key: str, place: str) -> Any:
    if not isinstance(whole, dict) or key not in whole:
        raise DataError(f"there is no '{key}'", place=place, hint=_HINT)
    return whole[key]


def _list(given: Any, place: str) -> list[Any]:
    if not isinstance(given, list):
        raise DataError("it is no list", place=place, hint=_HINT)
    return given
