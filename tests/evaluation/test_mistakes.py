"""Kinds of mistakes, counted by hand."""

from __future__ import annotations

from pipeline.evaluation import mistakes
from pipeline.ragged import objects


def counted(rows: list[dict[str, object]]) -> dict[object, object]:
    return {row["kind"]: row["found"] for row in rows}


def test_each_gold_span_is_counted_once() -> None:
    gold = [
        ("B-PER", "I-PER", "O", "B-LOC"),  # right, missed
        ("B-ORG", "O", "B-LOC", "I-LOC"),  # wrong type, wrong ends
        ("O", "B-PER", "I-PER", "O"),  # wrong ends and type
        ("O", "O", "O", "O"),  # two invented
    ]
    answered = [
        ("B-PER", "I-PER", "O", "O"),
        ("B-LOC", "O", "O", "B-LOC"),
        ("O", "O", "B-LOC", "I-LOC"),
        ("B-PER", "O", "B-LOC", "O"),
    ]
    assert counted(mistakes.of_spans(objects(gold), objects(answered))) == {
        "right": 1, "missed": 1, "wrong type": 1, "wrong ends": 1, "wrong ends and type": 1,
        "invented": 2,
    }  # fmt: skip


def test_a_gold_span_takes_the_answer_that_shares_most_with_it() -> None:
    gold = objects([("B-LOC", "I-LOC", "I-LOC", "I-LOC")])
    answered = objects([("B-LOC", "B-LOC", "I-LOC", "I-LOC")])
    assert counted(mistakes.of_spans(gold, answered)) == {"wrong ends": 1, "invented": 1}


def test_kinds_of_answers() -> None:
    gold = objects([("the red car",), ("a dog", "dog"), ("Seoul",), ("Korea",), (), ()])
    answered = objects(["red car", "big dog", "Busan", "", "", "something"])
    assert counted(mistakes.of_answers(gold, answered)) == {
        "right": 1, "overlaps": 1, "elsewhere": 1, "missed": 1, "rightly without an answer": 1,
        "invented": 1,
    }  # fmt: skip


def test_scores_by_the_length_of_the_shortest_gold_answer() -> None:
    gold = objects([("one",), ("one two three", "one"), ("one two three four five",), ()])
    answered = objects(["one", "two", "one two three four five", "x"])
    assert mistakes.by_length(gold, answered) == [
        {"length": "one word", "questions": 2, "f1": 0.75},
        {"length": "four to eight words", "questions": 1, "f1": 1.0},
    ]
