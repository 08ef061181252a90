"""From data to a recipe that runs: the right task, columns, splits, metric and base."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import recipe as recipes
from pipeline.contracts import Silent
from pipeline.data import sources
from pipeline.errors import DataError
from pipeline.proposing import proposal as proposals
from pipeline.proposing import source as sources_of
from pipeline.proposing import writing
from pipeline.proposing.proposal import Proposal
from tests.proposing.data import ENGLISH, KOREAN, objects, squad, table, text, tokens, write


def proposed(path: Path, **given: str | None) -> Proposal:
    return proposals.propose(sources_of.of_files(path, report=Silent()), **given)


def columns_of(proposal: Proposal) -> dict[str, str]:
    return dict(proposal.choice.columns)


def runs(proposal: Proposal, folder: Path) -> Any:
    """The recipe as it is written, and its rows, as ``graft check`` reads them."""
    path = write(folder / "proposed.yaml", writing.to_yaml(proposal, run="make it"))
    recipe = recipes.load(path)
    return sources.load(recipe.data, recipe.task, doctor=recipe.doctor, seed=0, report=Silent())


CLASSES = table("text,category", "{text},{c}")
FORMS = [
    ("a.csv", CLASSES, "text-classification", {"text": "text", "label": "category"}),
    ("a.csv.gz", gzip.compress(CLASSES.encode()), "text-classification",
     {"text": "text", "label": "category"}),
    ("a.csv", table("text;category", "{text}, so;{c}").encode("utf-16"), "text-classification",
     {"text": "text", "label": "category"}),
    ("a.tsv", table("", "src{n}\t{c}\t{text}"), "text-classification", {"text": "3", "label": "2"}),
    ("a.tsv", table("Quality\t#1 ID\t#1 String\t#2 String", "{c}\t{n}\t{text}\t{other}"),
     "text-classification",
     {"text": "#1 String", "text_pair": "#2 String", "label": "Quality"}),
    ("a.tsv", table("genre\tscore\tsentence1\tsentence2", "{c}\t{n}.25\t{text}\t{other}"),
     "text-regression", {"text": "sentence1", "text_pair": "sentence2", "value": "score"}),
    ("a.csv", table("Q,A,label", "{text},{other},{c}"), "instruction",
     {"prompt": "Q", "response": "A"}),
    ("a.txt", table("", "name : {n} | kind : {c}||{text} ."), "seq2seq",
     {"text": "1", "target": "2"}),
    ("a.tsv", tokens(), "token-classification", {"words": "words", "tags": "tags"}),
    ("a.conll", tokens(), "token-classification", {"words": "words", "tags": "tags"}),
    ("a.json", squad(), "question-answering",
     {"question": "question", "context": "context", "answers": "answers"}),
    ("a.txt", "\n\n".join(f"Some prose, number {n}.\nAnd on." for n in range(40)), "causal-lm",
     {"text": "text"}),
    ("a.jsonl", objects([{"id": n, "text": text(n, ENGLISH), "labels": ["a", "b"][: n % 3]}
                         for n in range(60)]),
     "text-classification", {"text": "text", "label": "labels"}),
    ("a.csv", table("text,tags", "{text},x|{c}"), "text-classification",
     {"text": "text", "label": "tags"}),
    ("a.jsonl", objects([{"messages": [{"role": "user", "content": text(n, ENGLISH)},
                                       {"role": "assistant", "content": "so"}]}
                         for n in range(40)]),
     "instruction", {"messages": "messages"}),
    ("a.jsonl", objects([{"tokens": ["Ann", f"sang{n}"], "ner_tags": ["B-PER", "O"]}
                         for n in range(40)]),
     "token-classification", {"words": "tokens", "tags": "ner_tags"}),
    ("a.json", json.dumps([{"document": text(n, ENGLISH), "summary": f"no. {n}"}
                           for n in range(40)]),
     "seq2seq", {"text": "document", "target": "summary"}),
    ("a.jsonl", objects([{"sentence": text(n, ENGLISH), "labels": {"label": n / 7, "yes": n % 2}}
                         for n in range(40)]),
     "text-regression", {"text": "sentence", "value": "labels.label"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "task", "columns"), FORMS)
def test_a_file_gives_a_recipe_that_runs(
    tmp_path: Path, name: str, content: str | bytes, task: str, columns: dict[str, str]
) -> None:
    proposal = proposed(write(tmp_path / name, content))
    assert proposal.choice.task == task
    assert columns_of(proposal) == columns
    splits = runs(proposal, tmp_path)
    assert min(splits.train.num_rows, splits.validation.num_rows, splits.test.num_rows) > 0
    assert all(proposal.reasons[key] for key in ("model", "task", "strategy", "evaluation"))


def test_parquet_gives_a_recipe_that_runs(tmp_path: Path) -> None:
    rows = {"review": [text(n, ENGLISH) for n in range(60)], "stars": [n % 5 for n in range(60)]}
    pq.write_table(pa.table(rows), tmp_path / "a.parquet")
    proposal = proposed(tmp_path / "a.parquet")
    assert columns_of(proposal) == {"text": "review", "value": "stars"}
    runs(proposal, tmp_path)


def test_several_labels_a_row_are_said_in_the_recipe(tmp_path: Path) -> None:
    proposal = proposed(write(tmp_path / "a.csv", table("text,tags", "{text},x|{c}")))
    assert proposal.recipe["task"] == {"name": "text-classification", "multi_label": True}


# ------------------------------------------------------------------------- folders


def test_a_folders_files_become_splits_by_their_names(tmp_path: Path) -> None:
    for name in ("my-train.csv", "my-dev.csv", "my_test.csv"):
        write(tmp_path / "set" / name, CLASSES)
    write(tmp_path / "set" / "README.txt", "what this is")
    write(tmp_path / "set" / "categories.json", '["a", "b", "c"]')
    proposal = proposed(tmp_path / "set")
    given = proposal.recipe["data"]
    assert [Path(given[split]).name for split in ("train", "validation", "test")] == [
        "my-train.csv", "my-dev.csv", "my_test.csv",
    ]  # fmt: skip
    assert any("categories.json" in line for line in proposal.also["data"])
    assert runs(proposal, tmp_path).test.num_rows == 60


def test_texts_and_labels_in_files_of_their_own_stand_side_by_side(tmp_path: Path) -> None:
    for split in ("train", "val", "test"):
        write(tmp_path / "set" / f"{split}_text.txt", table("", "{text}"))
        write(tmp_path / "set" / f"{split}_labels.txt", table("", "{c}"))
    write(tmp_path / "set" / "mapping.txt", "a\tanger\n")
    proposal = proposed(tmp_path / "set")
    folder = tmp_path / "set"
    assert proposal.recipe["data"]["train"] == {
        "text": str(folder / "train_text.txt"),
        "label": str(folder / "train_labels.txt"),
    }
    assert runs(proposal, tmp_path).validation.num_rows == 60


def test_files_of_two_languages_are_a_translation(tmp_path: Path) -> None:
    write(tmp_path / "set" / "train.en", table("", "{text}"))
    write(tmp_path / "set" / "train.ko", table("", "{text}", sentences=KOREAN))
    proposal = proposed(tmp_path / "set")
    assert proposal.choice.task == "seq2seq"
    assert proposal.recipe["evaluation"] == {"metric": "bleu"}
    assert "kobart" in str(proposal.recipe["model"])
    runs(proposal, tmp_path)


def test_the_only_other_file_with_the_same_columns_is_the_test(tmp_path: Path) -> None:
    write(tmp_path / "set" / "train_part.json", squad())
    write(tmp_path / "set" / "xquad.json", squad())
    assert Path(proposed(tmp_path / "set").recipe["data"]["test"]).name == "xquad.json"


def test_shards_are_read_together(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / "set" / f"train-{number:05}-of-00003.csv", CLASSES)
    assert len(proposed(tmp_path / "set").recipe["data"]["train"]) == 3


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["ner.csv", "nli.csv"], "no name says which of these files is for training"),
        (["ner-train.csv", "nli-train.csv"], "there are several data sets in this folder"),
        (["picture.png"], "there is no file of rows in this folder"),
    ],
)
def test_a_folder_that_is_not_one_data_set_is_refused(
    tmp_path: Path, names: list[str], said: str
) -> None:
    for name in names:
        write(tmp_path / "set" / name, CLASSES)
    with pytest.raises(DataError, match=said):
        proposed(tmp_path / "set")


def test_a_path_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    write(tmp_path / "reviews.csv", CLASSES)
    with pytest.raises(DataError, match=r"did you mean '.*reviews.csv'"):
        proposed(tmp_path / "review.csv")


# ------------------------------------------------------------------- what is decided


def test_korean_starts_from_a_korean_base_and_says_how_to_do_without(tmp_path: Path) -> None:
    content = table("document,label", "{text},{c}", sentences=KOREAN).encode("cp949")
    proposal = proposed(write(tmp_path / "a.csv", content))
    assert proposal.recipe["model"]["id"] == "klue/bert-base"
    assert "model: {new: bert}" in proposal.also["model"][0]
    assert "builtin:minilm knows no Korean" in proposal.also["model"][0]
    runs(proposal, tmp_path)


def test_english_starts_from_what_is_on_the_machine(tmp_path: Path) -> None:
    proposal = proposed(write(tmp_path / "a.csv", CLASSES))
    assert proposal.recipe["model"] == "builtin:minilm"
    assert "answerdotai/ModernBERT-base" in proposal.also["model"][0]
    asked = proposed(tmp_path / "a.csv", model="google-bert/bert-base-cased")
    assert asked.recipe["model"] == "google-bert/bert-base-cased"


def test_empty_texts_are_dropped_and_counted(tmp_path: Path) -> None:
    proposal = proposed(write(tmp_path / "a.csv", CLASSES + ",a\n  ,b\n"))
    assert proposal.recipe["doctor"] == {"missing": "drop"}
    assert "2 without 'text'" in proposal.reasons["doctor"]
    runs(proposal, tmp_path)


def test_unequal_classes_are_scored_class_by_class(tmp_path: Path) -> None:
    rare = CLASSES + "".join(f"{text(n, ENGLISH)},a\n" for n in range(100, 300))
    assert proposed(write(tmp_path / "a.csv", rare)).recipe["evaluation"] == {"metric": "macro_f1"}
    assert proposed(write(tmp_path / "b.csv", CLASSES)).recipe["evaluation"] == {
        "metric": "accuracy"
    }


def test_what_else_could_be_learnt_is_said_and_can_be_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", table("Q,A,label", "{text},{other},{c}"))
    assert any("text-classification" in line for line in proposed(path).also["task"])
    asked = proposed(path, task="text-classification")
    assert columns_of(asked) == {"text": "Q", "label": "label"}
    with pytest.raises(DataError, match="no columns are there that token-classification"):
        proposed(path, task="token-classification")


def test_numbers_alone_are_refused_with_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no column looks like text") as caught:
        proposed(write(tmp_path / "a.csv", table("x,y", "{n}.5,{n}")))
    assert "'x' (numbers)" in str(caught.value)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("banking77/train.csv", "banking77"),
        ("x/ratings_train.txt", "ratings"),
        ("x/My Reviews 2.csv.gz", "my-reviews-2"),
        ("data/test.csv", "my-data"),
    ],
)
def test_a_recipe_is_called_as_its_data(tmp_path: Path, path: str, expected: str) -> None:
    assert sources_of.name_of(write(tmp_path / "data" / path, "x")) == expected
