from __future__ import annotations

from typing import Any

import datasets
import pytest
from datasets import ClassLabel, Features, List, Value

from pipeline.contracts import Column
from pipeline.data.hub_rows import convert
from pipeline.errors import DataError
from tests.data.reading import NER, QA, Notes

TAGS = ClassLabel(names=["O", "B-PER", "I-PER"])


def rows(features: dict[str, Any], **columns: list[Any]) -> datasets.Dataset:
    return datasets.Dataset.from_dict(columns, Features(features))


TOKENS = rows(
    {"id": Value("string"), "tokens": List(Value("string")), "ner_tags": List(TAGS)},
    id=["0", "1", "2"],
    tokens=[["Karl", "Ove", "wrote"], ["No"], ["Ove"]],
    ner_tags=[[1, 2, 0], [0], [1]],
)


@pytest.mark.parametrize("wanted", [[0, 1, 2], [2, 0, 1]])
def test_ids_in_lists_become_names(wanted: list[int]) -> None:
    table = convert(
        TOKENS.select(wanted), NER, {"words": "tokens", "tags": "ner_tags"}, split="train"
    )
    tags = [["B-PER", "I-PER", "O"], ["O"], ["B-PER"]]
    assert table["tags"].to_pylist() == [tags[place] for place in wanted]
    assert table["row_id"].to_pylist() == ["train:1", "train:2", "train:3"]


def test_several_labels_a_row_and_none() -> None:
    columns = {"topics": Column("labels", "what about")}
    named = rows({"topics": List(ClassLabel(names=["a, b", "c"]))}, topics=[[0, 1], [], [1]])
    notes = Notes()
    table = convert(named, columns, {}, split="train", report=notes)
    assert table["topics"].to_pylist() == [["a, b", "c"], [], ["c"]]
    assert notes.said == []
    cells = rows({"topics": Value("string")}, topics=["a|c", "", "c"])
    assert convert(cells, columns, {}, split="train", report=notes)["topics"].to_pylist() == [
        ["a", "c"], [], ["c"],
    ]  # fmt: skip
    assert notes.said == ["train: the labels in 'topics' are split at '|'"]


def test_a_list_that_is_absent_stays_so_and_ids_below_zero_are_no_tags() -> None:
    features = {"words": List(Value("string")), "tags": List(TAGS)}
    absent = rows(features, words=[["a"], ["b"], ["c"]], tags=[[1], None, [0]])
    assert convert(absent, NER, {}, split="test")["tags"].to_pylist() == [["B-PER"], None, ["O"]]
    hidden = rows(features, words=[["a", "b"]], tags=[[-1, -1]])
    with pytest.raises(DataError, match="2 of 2 items of lists of split 'test' have no label"):
        convert(hidden, NER, {}, split="test")


ANSWERS = [
    {"text": ["Rome", "Rome"], "answer_start": [3, 3]},
    {"text": [], "answer_start": []},
]


@pytest.mark.parametrize(
    "feature",
    [
        {"text": List(Value("string")), "answer_start": List(Value("int32"))},
        datasets.Sequence({"text": Value("string"), "answer_start": Value("int32")}),
    ],
)
def test_answers_as_squad_has_them(feature: Any) -> None:
    text = Value("string")
    questions = rows(
        {"question": text, "context": text, "answers": feature},
        question=["Where?", "When?"],
        context=["In Rome.", "In Rome."],
        answers=ANSWERS,
    )
    table = convert(questions, QA, {}, split="train")
    assert table["answers"].to_pylist() == [[{"text": "Rome", "start": 3}] * 2, []]


def test_answers_and_messages_as_lists_of_objects() -> None:
    columns = {"messages": Column("messages", "talk"), "answers": Column("answers", "right")}
    talk = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
    answers = [{"text": "hi", "answer_start": 0}]
    found = rows(
        {
            "messages": List({"role": Value("string"), "content": Value("string")}),
            "answers": List({"text": Value("string"), "answer_start": Value("int64")}),
        },
        messages=[talk],
        answers=[answers],
    )
    table = convert(found, columns, {}, split="train")
    assert table["messages"].to_pylist() == [talk]
    assert table["answers"].to_pylist() == [[{"text": "hi", "start": 0}]]


def test_numbers_of_any_type_and_what_lies_inside() -> None:
    columns = {
        "text": Column("text", "it"),
        "target": Column("texts", "its translation"),
        "score": Column("number", "how good"),
    }
    found = rows(
        {"translation": datasets.Translation(["en", "de"]), "score": Value("float32")},
        translation=[{"en": "one", "de": "eins"}, {"en": "two", "de": "zwei"}],
        score=[0.5, 2],
    )
    mapping = {"text": "translation.en", "target": "translation.de"}
    table = convert(found, columns, mapping, split="train")
    assert table.to_pylist() == [
        {"row_id": "train:1", "text": "one", "target": ["eins"], "score": 0.5},
        {"row_id": "train:2", "text": "two", "target": ["zwei"], "score": 2.0},
    ]
    with pytest.raises(DataError, match=r"'translation\.de'"):
        convert(found, columns, {}, split="train")
