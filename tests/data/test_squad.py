from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.contracts import Column
from tests.data.reading import QA, read, refusal, write

ANSWER = {"text": "Rome", "answer_start": 3}
QUESTIONS = [
    {"id": "q1", "question": "Where?", "answers": [ANSWER, ANSWER]},
    {
        "id": "q2",
        "question": "When?",
        "answers": [],
        "plausible_answers": [ANSWER],
        "is_impossible": True,
    },
]
FILE: dict[str, Any] = {
    "version": "v2.0",
    "data": [
        {"title": "One", "paragraphs": [{"context": "In Rome.", "qas": QUESTIONS}]},
        {"paragraphs": [{"qas": QUESTIONS[:1], "context": "To Rome."}]},
    ],
}


def test_a_row_is_a_question_numbered_in_order(tmp_path: Path) -> None:
    rows = read(write(tmp_path / "a.json", json.dumps(FILE)), QA)
    right = {"text": "Rome", "start": 3}
    assert rows == [
        {"row_id": "a.json:1", "question": "Where?", "context": "In Rome.", "answers": [right] * 2},
        {"row_id": "a.json:2", "question": "When?", "context": "In Rome.", "answers": []},
        {"row_id": "a.json:3", "question": "Where?", "context": "To Rome.", "answers": [right] * 2},
    ]


def test_columns_are_mapped_as_in_any_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", json.dumps(FILE))
    columns = {"text": Column("text", "it"), "name": Column("text", "which")}
    rows = read(path, columns, {"text": "question", "name": "id"})
    assert [row["name"] for row in rows] == ["q1", "q2", "q1"]
    assert "a squad file has names" in refusal(path, QA, dict.fromkeys(QA, 1))


def test_questions_are_read_without_their_answers(tmp_path: Path) -> None:
    asked = copy.deepcopy(FILE)
    for question in asked["data"][0]["paragraphs"][0]["qas"]:
        del question["answers"]
    path = write(tmp_path / "a.json", json.dumps(asked))
    inputs = {name: column for name, column in QA.items() if column.is_input}
    assert [row["question"] for row in read(path, inputs)] == ["Where?", "When?", "Where?"]
    assert [row["answers"] for row in read(path, QA)][:2] == [None, []]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"data": [{"paragraphs": [{"qas": []}]}]}', "a.json: article 1, paragraph 1: there is"),
        ('{"data": [{"paragraphs": []}, {"x": 1}]}', "a.json: article 2: there is no 'paragraphs'"),
        (
            '{"data": [{"paragraphs": [{"context": "", "qas": [{"id": 1}]}]}]}',
            "a.json: article 1, paragraph 1, question 1: there is no 'question'",
        ),
        ('{"data": [{"paragraphs": []}]}', "a.json: it has no questions"),
        ('{"data": {"paragraphs": []}}', "a.json: 'data': it is no list"),
        ('{"data": [{"paragraphs":\n [}', "a.json:2: not JSON"),
        (
            '{"data": [{"paragraphs": [{"context": "c", "qas": [{"question": "q", "answers": 5}]}'
            "]}]}",
            "a.json:1: column 'answers' holds 5",
        ),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, content: str, said: str) -> None:
    assert said in refusal(write(tmp_path / "a.json", content), QA)
