"""The right sentence first, then what the question asks for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.baselines._answer_spans import answer, sentences, words
from pipeline.baselines.sentence_span import FittedSentenceSpan, SentenceSpan
from pipeline.contracts import Silent, Work
from pipeline.tasks.question_answering import QuestionAnswering
from tests.tasks.questions import Row, questions

TOWER = (
    "The old tower was built in March 1971 by Dr. Anna Lee. It stands on a hill near Seoul and is"
    " 236 metres high! About 2.5 million people see the red lamps every year.\nBob paints it."
)
ROWS: list[Row] = [
    ("When was the tower built?", TOWER, ["March 1971"]),
    ("Who built the old tower?", TOWER, ["Anna Lee"]),
    ("Where does it stand on a hill?", TOWER, ["Seoul"]),
    ("How many metres high is it?", TOWER, ["236"]),
    ("How many people see the lamps?", TOWER, ["2.5 million"]),
    ("Who paints?", TOWER, ["Bob"]),
]
LACKING: list[Row] = [("Which ghosts haunt cellars?", TOWER, [])]


def work(rows: list[Row], metric: str = "answer_f1") -> Work:
    table = questions(rows)
    return Work(
        task=QuestionAnswering().settled(table), labels=(), train=table, validation=table,
        metric=metric, seed=0,
    )  # fmt: skip


def answers(fitted: FittedSentenceSpan, rows: list[Row]) -> list[str]:
    found: list[str] = fitted.predict(questions(rows), Silent()).answers.tolist()
    return found


def test_sentences_end_behind_their_marks_and_lines() -> None:
    found = [TOWER[start:end] for start, end in sentences(TOWER)]
    assert found == [
        "The old tower was built in March 1971 by Dr.",  # no list of abbreviations
        "Anna Lee.",
        "It stands on a hill near Seoul and is 236 metres high!",
        "About 2.5 million people see the red lamps every year.",
        "Bob paints it.",
    ]
    assert sentences(" \n ") == []


def test_words_keep_what_holds_them_together() -> None:
    assert [word.text for word in words("Bob's 2.5% of $1,000, isn't (U.S.) 서울")] == [
        "Bob's", "2.5%", "of", "$1,000", "isn't", "U.S", "서울",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("When was it?", "It was on 3 May 1999 in Rome.", "3 May 1999"),
        ("What year was it?", "Rome fell in 476 and rose in 1870.", "1870"),
        ("How much is it?", "A film is $2,500 today.", "$2,500"),
        ("How many are there?", "There are seven hills.", "seven"),
        ("Who met Anna?", "In Rome, Anna met Paul Grey there.", "Rome"),
        ("Where did Anna meet Paul?", "Paul met Anna Lee in New York then.", "New York"),
        ("When?", "There is none.", "There is none"),
        ("What is red?", "The lamps of the hill are red.", "lamps of the hill are"),
    ],
)
def test_the_question_says_what_kind_of_words_answer_it(
    question: str, sentence: str, expected: str
) -> None:
    weights = {"in": 0.1, "the": 0.1, "of": 0.1, "are": 0.5, "is": 0.4, "there": 0.4}
    assert answer(question, sentence, weights, common=0.2, longest=8) == expected


def test_a_sentence_without_words_has_no_answer() -> None:
    assert answer("Who?", "...!", {}, common=0.0, longest=3) == ""


def test_answers_are_as_long_as_allowed_and_cross_no_mark() -> None:
    said = "red lamps, very many green old boats (so they say)"
    assert answer("What?", said, {}, common=0.0, longest=3) == "very many green"
    assert answer("What?", said, {}, common=0.0, longest=9) == "very many green old boats"


def test_most_of_a_plain_text_is_answered() -> None:
    fitted = SentenceSpan().fit(work(ROWS))
    found = answers(fitted, ROWS)
    gold = [row[2][0] for row in ROWS]
    assert found[0] == gold[0]
    assert found[2:] == gold[2:]
    assert fitted.choice.least == -1


def test_a_question_that_no_sentence_is_like_has_no_answer() -> None:
    fitted = SentenceSpan().fit(work([*ROWS, *LACKING]))
    assert fitted.choice.least > 0
    assert answers(fitted, LACKING) == [""]
    assert answers(fitted, ROWS)[0] == "March 1971"


def test_what_is_chosen_is_the_best_on_validation() -> None:
    rows: list[Row] = [
        ("What do they paint?", "They paint red and old boats.", ["red and old boats"])
    ]
    assert SentenceSpan().fit(work(rows)).choice.longest == 4


def test_it_answers_the_same_after_saving(tmp_path: Path) -> None:
    rows = [*ROWS, *LACKING, ("어디?", "서울에 있다", []), ("?", "!", [])]
    fitted = SentenceSpan().fit(work(rows))
    fitted.save(tmp_path)
    again = SentenceSpan.load(tmp_path, QuestionAnswering())
    assert answers(again, rows) == answers(fitted, rows)
    assert again.notes == fitted.notes
    assert again.total_parameters == fitted.total_parameters
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


def test_no_rows_give_no_answers() -> None:
    found = SentenceSpan().fit(work(ROWS)).predict(questions([]), Silent())
    assert found.answers.shape == (0,)
    assert found.answers.dtype == np.dtype(object)
