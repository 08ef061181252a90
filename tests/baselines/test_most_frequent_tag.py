"""Words, then their lower case, then their endings, then their shape."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.baselines.most_frequent_tag import FittedMostFrequentTag, MostFrequentTag
from pipeline.contracts import Silent, Work
from pipeline.tasks.token_classification import TokenClassification
from tests.tasks.sentences import ROWS, Row, sentences

NOUNS: list[Row] = [
    (["the", "nation", "walks"], ["DET", "NOUN", "VERB"]),
    (["a", "station", "talks", "Rome"], ["DET", "NOUN", "VERB", "NAME"]),
    (["the", "walk", "ends", "in", "Oslo"], ["DET", "NOUN", "VERB", "ADP", "NAME"]),
    (["they", "walk"], ["PRON", "VERB"]),
    (["they", "walk", "1990"], ["PRON", "VERB", "NUM"]),
]
UNKNOWN: list[Row] = [
    (
        ["THE", "ration", "balks", "Paris", "12", "walk"],
        ["DET", "NOUN", "VERB", "NAME", "NUM", "VERB"],
    )
]


def work(train: list[Row], validation: list[Row], metric: str = "token_accuracy") -> Work:
    table = sentences(train)
    task = TokenClassification().settled(table)
    return Work(
        task=task,
        labels=task.labels(table),
        train=table,
        validation=sentences(validation),
        metric=metric,
        seed=0,
    )


def answers(fitted: FittedMostFrequentTag, rows: list[Row]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = fitted.predict(sentences(rows), Silent()).answers.tolist()
    return found


def test_unknown_words_are_told_by_case_ending_and_shape() -> None:
    fitted = MostFrequentTag().fit(work(NOUNS, UNKNOWN))
    assert answers(fitted, UNKNOWN) == [tuple(UNKNOWN[0][1])]
    assert fitted.notes["ending"] >= 1


def test_of_equally_frequent_tags_the_first_in_the_alphabet_is_answered() -> None:
    rows: list[Row] = [(["x", "x"], ["B", "A"])]
    assert answers(MostFrequentTag().fit(work(rows, rows)), [(["x", "y"], ["A", "A"])]) == [
        ("A", "A")
    ]


def test_endings_are_as_short_as_does_as_well() -> None:
    assert MostFrequentTag().fit(work(NOUNS, NOUNS)).notes == {"ending": 0}
    assert MostFrequentTag(longest_ending=0).fit(work(NOUNS, UNKNOWN)).notes == {"ending": 0}


def test_answers_of_spans_are_iob2() -> None:
    fitted = MostFrequentTag().fit(work(ROWS, ROWS, metric="span_f1"))
    assert answers(fitted, [(["york", "york", "is", "lee"], [])]) == [
        ("B-LOC", "I-LOC", "O", "B-PER")
    ]


def test_plain_tags_that_look_like_spans_are_left_alone() -> None:
    rows: list[Row] = [(["x", "y"], ["I-A", "Z"])]
    assert answers(MostFrequentTag().fit(work(rows, rows)), rows) == [("I-A", "Z")]


@pytest.mark.parametrize("rows", [NOUNS, ROWS])
def test_it_answers_the_same_after_saving(rows: list[Row], tmp_path: Path) -> None:
    fitted = MostFrequentTag().fit(work(rows, rows))
    fitted.save(tmp_path)
    again = MostFrequentTag.load(tmp_path, TokenClassification())
    asked = [*rows, *UNKNOWN]
    assert answers(again, asked) == answers(fitted, asked)
    assert again.notes == fitted.notes
    assert again.total_parameters == fitted.total_parameters
