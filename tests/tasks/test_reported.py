"""Answers as programs read them, in each task's own terms."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa

from pipeline.baselines._answer_spans import sentences
from pipeline.baselines.sentence_span import Choice, FittedSentenceSpan
from pipeline.contracts import Predictions, Silent
from pipeline.ragged import objects
from pipeline.tasks.causal_lm import CausalLm
from pipeline.tasks.question_answering import QuestionAnswering
from pipeline.tasks.seq2seq import Seq2seq
from pipeline.tasks.text_classification import TextClassification
from pipeline.tasks.text_regression import TextRegression
from pipeline.tasks.token_classification import TokenClassification

CONTEXT = "서울은 크다 😀. Oslo is small. Oslo lies in Norway."


def test_one_label_has_its_own_probability() -> None:
    scores = np.asarray([[0.25, 0.75], [0.5, 0.5]], np.float32)
    found = Predictions(np.asarray([1, 0]), scores)
    table = TextClassification().reported(found, pa.table({}), ("a", "b"))
    assert table.to_pylist() == [{"label": "b", "score": 0.75}, {"label": "a", "score": 0.5}]
    without = TextClassification().reported(Predictions(np.asarray([1])), pa.table({}), ("a", "b"))
    assert without.to_pylist() == [{"label": "b"}]


def test_several_labels_are_lists() -> None:
    scores = np.asarray([[0.9, 0.1, 0.6], [0.1, 0.2, 0.3]], np.float32)
    found = Predictions(np.asarray([[1, 0, 1], [0, 0, 0]]), scores)
    table = TextClassification(multi_label=True).reported(found, pa.table({}), ("a", "b, c", "d"))
    assert table["label"].to_pylist() == [["a", "d"], []]
    assert table["score"].to_pylist() == [[0.9, 0.6], []]


def test_numbers_stay_numbers() -> None:
    table = TextRegression().reported(Predictions(np.asarray([1.25])), pa.table({}), ())
    assert table.to_pylist() == [{"value": 1.25}]


def test_tags_have_spans_with_the_numbers_of_their_words() -> None:
    words = ["New", "York", "and", "Oslo", "met"]
    rows = pa.table({"words": [words]})
    found = Predictions(objects([("B-LOC", "I-LOC", "O", "I-LOC", "O")]))
    (row,) = TokenClassification().reported(found, rows, ("O", "B-LOC", "I-LOC")).to_pylist()
    assert row["tags"] == ["B-LOC", "I-LOC", "O", "I-LOC", "O"]
    assert row["spans"] == [
        {"type": "LOC", "text": "New York", "start": 0, "end": 2},
        {"type": "LOC", "text": "Oslo", "start": 3, "end": 4},
    ]
    plain = Predictions(objects([("A", "N", "C", "N", "V")]))
    assert TokenClassification().reported(plain, rows, ("A", "C", "N", "V")).column_names == [
        "tags"
    ]


def test_answers_stand_where_they_are_said_to() -> None:
    rows = pa.table({"question": ["What lies in Norway?", "?"], "context": [CONTEXT, "nothing"]})
    assert len(sentences(CONTEXT)) == 3
    fitted = FittedSentenceSpan({"oslo": 1.0, "lies": 2.0}, Choice(3, 0.1, 0.01))
    found = fitted.predict(rows, Silent())
    first, second = QuestionAnswering().reported(found, rows, ()).to_pylist()
    second_oslo = CONTEXT.index("Oslo lies")
    assert first == {"answer": "Oslo", "start": second_oslo, "end": second_oslo + 4}
    assert second == {"answer": None, "start": None, "end": None}


def test_texts_and_probabilities_of_texts() -> None:
    written = Predictions(objects(["a summary"]))
    assert Seq2seq().reported(written, pa.table({}), ()).to_pylist() == [{"answer": "a summary"}]
    found = Predictions(np.asarray([[4 * math.log(2), 2.0]]))
    (row,) = CausalLm().reported(found, pa.table({"text": ["abcd"]}), ()).to_pylist()
    assert row == {"log_probability": -2.7726, "perplexity": 4.0, "bits_per_byte": 1.0}
