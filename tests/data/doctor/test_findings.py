"""Each finding: found where it is, with count and row, and not where all is well."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest

from pipeline.contracts import Silent, SplitName
from pipeline.data.doctor import examination
from pipeline.data.doctor.examination import OF_TOKENS, examine, finders
from pipeline.data.doctor.rows import Rows
from pipeline.data.doctor.spec import DoctorSpec
from pipeline.errors import DataError
from pipeline.tasks.text_classification import TextClassification
from pipeline.tasks.token_classification import TokenClassification
from tests.data.doctor.patients import GERMAN, Pair, look, patient, well

LONG = ("word " * 600, "a")
LEAKY = [(f"{text} verdict{label}", label) for text, label in well("train")]
HANGUL: list[Pair] = [(f"오늘은 날씨가 참 좋습니다 {n}", "ab"[n % 2]) for n in range(80)]

CASES: list[tuple[str, Rows, str, str]] = [
    (
        "duplicates",
        patient(train=[("both", "a")], test=[("both", "a")]),
        "warning",
        "test: 1 row has a text that is in train too: test.csv:42",
    ),
    (
        "duplicates",
        patient(train=[("Both!", "a")], validation=[("both", "a")]),
        "warning",
        "validation: 1 row has a text that is in train too but for case, blanks or marks:"
        " validation.csv:42",
    ),
    (
        "repeats",
        patient(train=[("again", "a")] * 3),
        "warning",
        "train: 2 rows repeat an earlier one with the same answer: train.csv:43, train.csv:44",
    ),
    (
        "conflicts",
        patient(test=[("odd", "a"), ("odd.", "b")]),
        "warning",
        "test: 2 rows have texts with two answers in test: test.csv:42, test.csv:43",
    ),
    (
        "conflicts",
        patient(train=[("odd", "a")], test=[("odd", "b")]),
        "warning",
        "test: 1 row has another answer than the same text in train: test.csv:42",
    ),
    (
        "classes",
        patient(train=[(f"rare {n}", "c") for n in range(9)]),
        "warning",
        "test: 1 of 3 classes is not in test: 'c'",
    ),
    ("classes", patient(train=[("rare", "c")]), "warning", "train: fewer than 5 rows each: 'c'"),
    (
        "classes",
        patient(train=[(f"usual {n}", "a") for n in range(400)]),
        "warning",
        "train: 'a' has 21 times as many rows as 'b' (420 and 20; 95% of all)",
    ),
    (
        "leakage",
        patient(train=LEAKY * 30),
        "warning",
        "train: 'verdicta' in 'text' gives the class 'a' away",
    ),
    ("lengths", patient(test=[LONG]), "note", "test: 1 row is far longer (the middle one has "),
    ("lengths", patient(train=[("x", "a")]), "note", "train: 1 row is of one character"),
    (
        "languages",
        patient(train=HANGUL[:4]),
        "note",
        "train: 4 rows are written in Hangul, most in Latin: train.csv:42, train.csv:43",
    ),
    (
        "languages",
        patient(test=HANGUL),
        "warning",
        "test: most rows are written in Hangul, those of train in Latin",
    ),
    (
        "languages",
        patient(train=GERMAN[:4]),
        "note",
        "train: 4 rows of 44 looked at are in German, most in English: train.csv:42,"
        " train.csv:43, train.csv:44 and 1 more",
    ),
    (
        "languages",
        patient(test=GERMAN),
        "warning",
        "test: most rows are in German, those of train in English",
    ),
    ("damage", patient(train=[("caf\ufffd", "a")]), "warning", "train: 1 row has characters that"),
    ("damage", patient(train=[("cafÃ©", "a")]), "warning", "train: 1 row has UTF-8 that was read"),
    ("damage", patient(train=[("a\x07b", "a")]), "warning", "train: 1 row has control characters"),
    ("damage", patient(test=[("this &amp; that<br />", "a")]), "note", "test: 1 row has mark-up"),
    (
        "personal",
        patient(train=[("mail kim.lee@mail.example.kr now", "a")]),
        "warning",
        "train: 1 row has an e-mail address: train.csv:42",
    ),
    (
        "personal",
        patient(train=[("전화는 010-1234-5678", "a"), ("call +1 415 555 2671", "b")]),
        "warning",
        "train: 2 rows have a telephone number: train.csv:42, train.csv:43",
    ),
    (
        "personal",
        patient(test=[("900101-1234567 입니다", "a")]),
        "warning",
        "test: 1 row has a Korean resident number: test.csv:42",
    ),
]


@pytest.mark.parametrize(
    ("name", "rows", "severity", "said"),
    CASES,
    ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)],
)
def test_what_is_wrong_is_found_with_its_count_and_rows(
    name: str, rows: Rows, severity: str, said: str
) -> None:
    matching = [item for item in look(name, rows) if str(item).startswith(said)]
    assert len(matching) == 1, [str(item) for item in look(name, rows)]
    (item,) = matching
    assert (item.check, item.severity) == (name, severity)
    assert item.hint


@pytest.mark.parametrize("name", finders())
def test_healthy_rows_have_nothing(name: str) -> None:
    assert look(name, patient()) == []


def test_every_finding_has_a_file_a_key_and_a_case() -> None:
    keys = set(DoctorSpec.model_fields) - {"missing"}
    assert keys == set(finders())
    assert {case[0] for case in CASES} == keys - OF_TOKENS


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-31",
        "12345-678",
        "0.1234567890",
        "1612345678901",
        "id 900101-9999999",
        "a@b",
        "@name",
    ],
)
def test_what_only_looks_like_personal_data_is_left_alone(text: str) -> None:
    assert look("personal", patient(train=[(text, "a")])) == []


def test_personal_data_is_counted_and_never_shown() -> None:
    secret = ["kim.lee@mail.example.kr", "010-1234-5678", "900101-1234567"]
    found = look("personal", patient(train=[(text, "a") for text in secret]))
    assert [item.count for item in found] == [1, 1, 1]
    for item in found:
        assert not any(part in repr(item) for part in secret)
        assert not re.search(r"\d{4}-", repr(item))


def test_two_rows_in_another_language_are_no_part_of_the_data() -> None:
    assert look("languages", patient(train=GERMAN[:2])) == []


def test_names_are_of_no_language() -> None:
    names = ["Johann Sebastian Bach", "Ludwig van Beethoven", "Clara Schumann geb. Wieck"]
    rows = [(f"{name} ( Komponist {n} )", "ab"[n % 2]) for n, name in enumerate(names * 7)]
    assert look("languages", patient(train=rows)) == []


def test_languages_are_told_apart_within_the_main_script() -> None:
    found = look("languages", patient(train=HANGUL + GERMAN[:5]))
    assert [item.found.partition(",")[0] for item in found if item.split == "train"] == [
        "45 rows are written in Latin"
    ]


def test_a_column_of_few_values_that_go_with_a_class_each_gives_it_away() -> None:
    task = TextClassification()
    rows = well("train", 60)
    tables: dict[SplitName, pa.Table] = {
        "train": pa.table(
            {
                "row_id": [f"t:{n}" for n in range(60)],
                "text": [text for text, _ in rows],
                "text_pair": [{"a": "yes", "b": "no"}[label] for _, label in rows],
                "label": [label for _, label in rows],
            }
        )
    }
    found = look("leakage", Rows(task, tables, ("a", "b")))
    assert found[0].found.startswith("the column 'text_pair' has 2 values, and each goes with one")


def test_a_word_that_some_rows_of_all_classes_have_gives_nothing_away() -> None:
    rows = [(f"{text} good", label) for text, label in well("train")]
    assert look("leakage", patient(train=rows)) == []


def test_types_of_entities_are_classes() -> None:
    def table(tags: list[list[str]]) -> pa.Table:
        return pa.table(
            {
                "row_id": [f"x:{n}" for n in range(len(tags))],
                "words": [["w"] * len(row) for row in tags],
                "tags": tags,
            }
        )

    train = table([["B-PER", "I-PER", "O"], ["B-LOC", "O", "O"]] * 9)
    tables: dict[SplitName, pa.Table] = {
        "train": train,
        "validation": train,
        "test": table([["B-PER", "O"]]),
    }
    rows = Rows(TokenClassification(), tables, ("B-LOC", "B-PER", "I-PER", "O"))
    (item,) = look("classes", rows)
    assert str(item) == "test: 1 of 2 classes is not in test: 'LOC'"


# ---------------------------------------------------------------- what to do about them


def test_a_warning_is_an_error_where_the_recipe_says_so() -> None:
    rows = patient(train=[("both", "a")], test=[("both", "a")])
    spec = DoctorSpec(duplicates="error")
    with pytest.raises(
        DataError, match=r"test: 1 row has a text that is in train too: test\.csv:42"
    ):
        examine(rows, spec, report=Silent())
    assert examine(rows, DoctorSpec(duplicates="ignore"), report=Silent()) == []


def test_what_the_recipe_ignores_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    monkeypatch.setattr(examination, "_finder", refuse)
    ignored = {key: "ignore" for key in DoctorSpec.model_fields if key != "missing"}
    assert examine(patient(), DoctorSpec.model_validate(ignored), report=Silent()) == []


def test_the_gravest_come_first() -> None:
    rows = patient(train=[("x", "a"), ("both", "a")], test=[("both", "a")])
    assert [item.severity for item in examine(rows, DoctorSpec(), report=Silent())] == [
        "warning",
        "note",
    ]
