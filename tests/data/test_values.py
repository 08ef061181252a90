from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pipeline.data import values
from pipeline.data.values import Unfit


@pytest.mark.parametrize(
    ("given", "expected"),
    [(3, 3.0), (" 2.5 ", 2.5), ("1e-3", 0.001), (Decimal("0.5"), 0.5), ("", None), (" ", None)],
)
def test_a_number_or_the_text_of_one_is_a_number(given: Any, expected: float | None) -> None:
    assert values.number(given) == expected


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("n/a", "'n/a'"), ("3,5", "'3,5'"), (float("nan"), "nan"), ("inf", "'inf'"), (True, "true"),
        ([1], "a list"), ({"a": 1}, "an object"), (10**400, "not a finite number"),
        ("x" * 90, "x..."),
    ],
)  # fmt: skip
def test_what_is_no_finite_number_is_named(given: Any, said: str) -> None:
    with pytest.raises(Unfit, match="not a finite number") as caught:
        values.number(given)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["a", "b", "a"], ["a", "b"]),
        ([1, 2.0, True], ["1", "2", "true"]),
        ([], []),
        (3, ["3"]),
        ("a | b,c", ["a", "b,c"]),
        ("a", ["a"]),
        ("", []),
        ('["a", "b|c"]', ["a", "b|c"]),
        ("['a', 'b']", ["a", "b"]),
    ],
)
def test_labels_are_a_list_or_a_cell_that_is_split(given: Any, expected: list[str]) -> None:
    assert values.labels(given, mark="|") == expected


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["a", "b;c", "d,e"], ";"), (["a,b", "c"], ","), (["a,b", "c;d", "e|f"], "|"),
        (["a", "b"], None), ([["a,b"], 3, '["a,b"]', None], None),
    ],
)  # fmt: skip
def test_one_mark_sets_apart_the_labels_of_a_whole_column(
    cells: list[Any], mark: str | None
) -> None:
    assert values.mark_of(cells) == mark


@pytest.mark.parametrize("given", [{"a": 1}, [["a"]], ["a", None], ["a", ""]])
def test_labels_that_are_none_are_refused(given: Any) -> None:
    with pytest.raises(Unfit):
        values.labels(given, mark=None)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("EU  rejects\tGerman", ["EU", "rejects", "German"]),
        ("one\u00a0word", ["one\u00a0word"]),
        (["a b", " ", 3], ["a b", " ", "3"]),
        ('["a", "b"]', ["a", "b"]),
        ("[ 1 ]", ["[", "1", "]"]),
        ("", []),
    ],
)
def test_words_are_a_list_or_a_cell_split_at_blanks(given: Any, expected: list[str]) -> None:
    assert values.words(given) == expected


def test_an_empty_word_is_told_with_its_place() -> None:
    with pytest.raises(Unfit, match=r"an empty item, its 2\. of 3"):
        values.words(["a", "", "c"])
    with pytest.raises(Unfit, match="a list as item 1"):
        values.words([["a"]])
    with pytest.raises(Unfit, match="holds 3, not a list"):
        values.words(3)


def test_texts_are_one_or_a_list_and_brackets_are_text() -> None:
    assert values.texts("one") == ["one"]
    assert values.texts(["one", "two"]) == ["one", "two"]
    assert values.texts('["one"]') == ['["one"]']
    with pytest.raises(Unfit, match="an object as text 1"):
        values.texts({"a": "b"})


SQUAD = {"text": ["Rome", "Rome"], "answer_start": [3, 40]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (SQUAD, [("Rome", 3), ("Rome", 40)]),
        ([{"text": "Rome", "answer_start": 3}], [("Rome", 3)]),
        ([{"text": "Rome", "start": 3.0}], [("Rome", 3)]),
        ({"text": "Rome", "answer_start": 3}, [("Rome", 3)]),
        ({"text": ["Rome"]}, [("Rome", -1)]),
        ("Rome", [("Rome", -1)]),
        ("[12]", [("[12]", -1)]),
        (["Rome", "Roma"], [("Rome", -1), ("Roma", -1)]),
        ('{"text": ["Rome"], "answer_start": [3]}', [("Rome", 3)]),
        ({"text": [], "answer_start": []}, []),
        ([], []),
        ("", []),
        ([{"text": "", "answer_start": -1}], []),
    ],
)
def test_answers_come_in_several_forms(given: Any, expected: list[tuple[str, int]]) -> None:
    found = [(answer["text"], answer["start"]) for answer in values.answers(given)]
    assert found == expected


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": ["a", "b"], "answer_start": [1]}, "unequal lengths: 2 of 'text', 1 of"),
        ([{"text": "a", "answer_start": 1.5}], "1.5 as the start"),
        ([{"text": "a", "answer_start": "1"}], "'1' as the start"),
        ([{"answer": "a"}], "no answer with a text"),
        (3, "3, which is no answer"),
    ],
)
def test_answers_that_are_none_are_refused(given: Any, said: str) -> None:
    with pytest.raises(Unfit, match=said):
        values.answers(given)


TALK = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]


@pytest.mark.parametrize(
    "given",
    [
        TALK,
        [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "hello", "weight": None}],
        {"role": ["user", "assistant"], "content": ["hi", "hello"]},
        '[{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]',
    ],
)
def test_messages_come_in_several_forms(given: Any) -> None:
    assert values.messages(given) == TALK


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("hi", "'hi', not a list of messages"),
        (["hi"], "'hi' as message 1"),
        ([TALK[0], {"role": "bot", "content": "x"}], "message 2 of the role 'bot'"),
        ([{"content": "x"}], "message 1 of the role null"),
        ([{"role": "user", "content": None}], "message 1 with null as its content"),
    ],
)
def test_messages_that_are_none_are_refused(given: Any, said: str) -> None:
    with pytest.raises(Unfit, match=said):
        values.messages(given)
