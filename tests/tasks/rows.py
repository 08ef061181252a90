"""Sixteen rows for every task, in the columns and Arrow types that it reads.

A task's rows are made by the function that is called like its file. They are made of the film
reviews, so that every tiny tokenizer knows their words; lengths differ, and what is asked can
be learnt from the text.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipeline.contracts import ROW_ID
from tests.hub.reviews import reviews

COUNT = 16
WORDS = ("bad", "good")

ANSWERS = pa.list_(pa.struct([("text", pa.string()), ("start", pa.int64())]))
MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))


def of(task: str) -> pa.Table:
    """The rows of a task, by its name."""
    found: pa.Table = globals()[task.replace("-", "_")]()
    return found


def _found() -> list[tuple[str, str]]:
    """Texts with what they say of the film; every third is said twice, so that lengths differ."""
    return [
        (" ".join([text] * (1 + (n % 3 == 0))), WORDS[label])
        for n, (text, label) in enumerate(reviews(COUNT))
    ]


def _texts() -> list[str]:
    return [text for text, _ in _found()]


def _table(**columns: pa.Array) -> pa.Table:
    places = pa.array([f"rows.csv:{n + 2}" for n in range(COUNT)])
    return pa.table({ROW_ID: places, **columns})


def text_classification() -> pa.Table:
    """Good or bad?"""
    return _table(text=pa.array(_texts()), label=pa.array([word for _, word in _found()]))


def text_regression() -> pa.Table:
    """How good, of a pair of texts?"""
    values = [2.5 * (word == "good") - 1 + n / COUNT for n, (_, word) in enumerate(_found())]
    return _table(
        text=pa.array(_texts()),
        text_pair=pa.array(_texts()[::-1]),
        value=pa.array(values, pa.float64()),
    )


def token_classification() -> pa.Table:
    """Which words are the film, and which are the marks between?"""
    words = [text.split() for text in _texts()]
    kinds = pa.list_(pa.string())
    return _table(words=pa.array(words, kinds), tags=pa.array([_tags(row) for row in words], kinds))


def _tags(words: list[str]) -> list[str]:
    """A word after an article goes on with what the article begins."""
    tags, articles = [], ("the", "this", "a")
    for n, word in enumerate(words):
        inside = n > 0 and words[n - 1] in articles
        tags.append("B-FILM" if word in articles else "I-FILM" if inside else "O")
    return tags


def question_answering() -> pa.Table:
    """What stands before the full stop? Every fourth question has no answer."""
    rows: list[list[dict[str, Any]]] = []
    for n, text in enumerate(_texts()):
        word = text.removesuffix(" .").rpartition(" ")[2]
        rows.append([] if n % 4 == 3 else [{"text": word, "start": text.rindex(word)}])
    questions = ["what is said last ?" if row else "who wrote it ?" for row in rows]
    return _table(
        question=pa.array(questions), context=pa.array(_texts()), answers=pa.array(rows, ANSWERS)
    )


def causal_lm() -> pa.Table:
    """Running text, the first of it longer than a tiny base can take."""
    return _table(text=pa.array([" ".join(_texts()[:6]), *_texts()[1:]]))


def masked_lm() -> pa.Table:
    """The same running text."""
    return causal_lm()


def span_corruption() -> pa.Table:
    """The same running text."""
    return causal_lm()


def seq2seq() -> pa.Table:
    """A judgement in two words; every other row has a second way to say it."""
    targets = [
        [f"{word} film"] + ([f"a {word} one"] if n % 2 else [])
        for n, (_, word) in enumerate(_found())
    ]
    return _table(text=pa.array(_texts()), target=pa.array(targets, pa.list_(pa.string())))


def instruction() -> pa.Table:
    """A question about the end of a text, and its answer."""
    ends = [" ".join(text.split()[-(4 + n % 5) :]) for n, text in enumerate(_texts())]
    prompts = [f"good or bad ? {end}" for end in ends]
    responses = [[f"the film is {word} ."] for _, word in _found()]
    return _table(prompt=pa.array(prompts), response=pa.array(responses, pa.list_(pa.string())))
