"""What is made of docstrings: summaries, code in sentences, pairs; on three small packages."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from pipeline.contracts import Silent
from pipeline.data.builtin._of_docstrings import OfDocstrings
from pipeline.data.builtin.docs_pairs import DocsPairs, in_words
from pipeline.data.builtin.docs_roles import DocsRoles
from pipeline.data.builtin.docs_roles import _sentences as marked_sentences
from pipeline.data.builtin.docs_summary import DocsSummary, _parted
from pipeline.data.sources import load
from pipeline.data.spec import DataSpec
from pipeline.tasks.text_classification import TextClassification


class Warnings(Silent):
    def __init__(self) -> None:
        self.said: list[str] = []

    def warn(self, message: str) -> None:
        self.said.append(message)


pytestmark = pytest.mark.usefixtures("few_packages")
SETS = [DocsSummary(), DocsSummary(test="package"), DocsRoles(), DocsPairs()]


def rows(data: OfDocstrings) -> dict[str, list[dict[str, Any]]]:
    return {name: table.to_pylist() for name, table in data.splits(Silent()).items()}


def everything(data: OfDocstrings) -> list[dict[str, Any]]:
    return [row for split in rows(data).values() for row in split]


def object_of(row_id: str) -> str:
    module, _, name = row_id.partition(" / ")[0].partition("#")[0].partition(":")
    return f"{module}:{name.partition('.')[0]}"


@pytest.mark.parametrize("data", SETS, ids=repr)
def test_no_object_and_no_row_is_in_two_splits(data: OfDocstrings) -> None:
    split = rows(data)
    assert list(split) == ["train", "validation", "test"]
    assert all(split.values())
    objects = {name: {object_of(row["row_id"]) for row in given} for name, given in split.items()}
    assert not objects["train"] & (objects["validation"] | objects["test"])
    assert not objects["validation"] & objects["test"]
    ids = Counter(row["row_id"] for row in everything(data))
    assert set(ids.values()) == {1}
    assert not any({"test", "tests"} & set(re.split(r"[.:]", row)) for row in ids)


@pytest.mark.parametrize(
    ("data", "digits"),
    [
        (SETS[0], ("21ab60299a5843e6", "c33e208c352cef17", "af19a6972f6e65f6")),
        (SETS[1], ("53cae5164785f421", "1c7b4594d268183c", "7af4ae679bbce259")),
        (SETS[2], ("3fc9e9eb844c6e15", "e6b99545c9e24c36", "2ee3cd2c706c8d81")),
        (SETS[3], ("c3dcfc6b3b9543cb", "54e6b447f240351d", "132b15e8e3d4b939")),
    ],
    ids=repr,
)
def test_the_tried_versions_have_the_tried_rows(
    data: OfDocstrings, digits: tuple[str, ...], as_tried: bool
) -> None:
    source = data.source(data.splits(Silent()))
    assert list(source["packages"]) == ["evaluate", "joblib", "networkx"]
    if as_tried:
        assert tuple(source["fingerprint"].values()) == digits


# ---------------------------------------------------------------------- summaries


def test_a_summary_is_one_sentence_that_the_text_does_not_say() -> None:
    for row in everything(DocsSummary()):
        (summary,) = row["target"]
        assert summary.endswith(".")
        assert "\n" not in summary
        assert len(summary.split()) >= 4
        assert 150 <= len(row["text"]) <= 1500
        assert summary.casefold().rstrip(".") not in " ".join(row["text"].casefold().split())


def test_equal_summaries_are_there_once() -> None:
    for data in SETS[:2]:
        summaries = [row["target"][0].casefold() for row in everything(data)]
        assert len(set(summaries)) == len(summaries)


def test_a_whole_package_can_be_the_test_rows() -> None:
    split = rows(DocsSummary(test="package"))
    packages = {
        name: {row["row_id"].partition(":")[0].partition(".")[0] for row in given}
        for name, given in split.items()
    }
    assert packages["test"] == {"networkx"}
    assert packages["train"] | packages["validation"] == {"joblib", "evaluate"}


BODY = "\n".join(["Parameters", "----------", *["x : a `name`, and what it is good for."] * 6])


@pytest.mark.parametrize(
    ("doc", "summary", "body"),
    [
        (f"Solve for `x`\nhere.\n\n{BODY}", "Solve for x here.", BODY),
        (f"f(x, y) -> Tensor\n\nSolve it for x.\n\n{BODY}", "Solve it for x.", BODY),
        (f"Solve the problem. Or not.\n\n{BODY}", "", ""),
        (f"Solve it for x\n\n{BODY}", "", ""),
        (f"Solve it.\n\n{BODY}", "", ""),
        (f"Solve it for x.\n\n{BODY}\nsolve it\nfor `x`, always", "", ""),
        ("Solve it for x.\n\nParameters\n", "", ""),
        (f"{BODY}\n\n{BODY}", "", ""),
    ],
)
def test_a_docstring_is_parted_where_it_has_a_summary(doc: str, summary: str, body: str) -> None:
    assert _parted(doc) == (summary, body)


def test_a_long_body_is_cut_at_the_end_of_a_line() -> None:
    lines = [f"{number:04} words of a line that goes on and on" for number in range(90)]
    _, body = _parted("Solve it for x.\n\n" + "\n".join(lines))
    assert 1400 < len(body) <= 1500
    assert body.splitlines() == lines[: len(body.splitlines())]


# ------------------------------------------------------------------ code in sentences


def test_sentences_with_a_mark_are_found_in_the_prose_alone() -> None:
    doc = (
        "Sum of `x` here. And\nof `y` there.\nNot of z.\n\nParameters\n----------\nx : `int`\n"
        "    A number, not `y`.\n    Then `z`.\n\n>>> print(`x`)\n\nan end of `x`"
    )
    assert list(marked_sentences(doc)) == [
        "Sum of `x` here.", "And of `y` there.", "A number, not `y`.", "Then `z`.",
    ]  # fmt: skip


def test_sentences_have_both_kinds_of_words_and_no_markup_and_are_distinct() -> None:
    found = everything(DocsRoles())
    assert len(found) > 800
    for row in found:
        assert len(row["words"]) == len(row["tags"])
        assert 6 <= len(row["words"]) <= 60
        assert {"O", "B-CODE"} <= set(row["tags"]) <= {"O", "B-CODE", "I-CODE"}
        assert all(word and "`" not in word and word == word.strip() for word in row["words"])
        pairs = zip(["O", *row["tags"]], row["tags"], strict=False)
        assert not any(tag == "I-CODE" and before == "O" for before, tag in pairs)
    texts = {" ".join(row["words"]).casefold() for row in found}
    assert len(texts) == len(found)


def test_the_same_word_is_code_and_english() -> None:
    tags: dict[str, Counter[str]] = {}
    for row in everything(DocsRoles()):
        for word, tag in zip(row["words"], row["tags"], strict=True):
            tags.setdefault(word, Counter())[tag] += 1
    both = {word for word, found in tags.items() if min(found["O"], found["B-CODE"]) >= 5}
    assert {"nodes", "None"} <= both


def test_the_limit_keeps_sentences_of_a_larger_set() -> None:
    few = {row["row_id"] for row in everything(DocsRoles(limit=200))}
    assert len(few) == 200
    assert few < {row["row_id"] for row in everything(DocsRoles())}


# -------------------------------------------------------------------------- pairs


def test_each_summary_and_each_name_matches_once_and_mismatches_once() -> None:
    for split in rows(DocsPairs()).values():
        for column in ("text", "text_pair"):
            labels: dict[tuple[str, str], list[str]] = {}
            for row in split:
                own, _, other = row["row_id"].partition(" / ")
                place = ".".join((other or own).partition(":")[0].split(".")[:2])
                labels.setdefault((place, row[column]), []).append(row["label"])
            assert all(sorted(found) == ["match", "mismatch"] for found in labels.values())


def test_the_other_name_is_of_the_same_subpackage() -> None:
    mismatches = [row for row in everything(DocsPairs()) if row["label"] == "mismatch"]
    assert len(mismatches) > 400
    for row in mismatches:
        own, _, other = row["row_id"].partition(" / ")
        assert own.partition(":")[0].split(".")[:2] == other.partition(":")[0].split(".")[:2]


def test_shared_words_decide_much_and_not_all() -> None:
    right = []
    for row in everything(DocsPairs()):
        name = {word[:5] for word in row["text_pair"].split() if len(word) > 2}
        text = {word[:5] for word in re.findall("[a-z]+", row["text"].lower())}
        right.append(bool(name & text) == (row["label"] == "match"))
    assert 0.6 < sum(right) / len(right) < 0.85


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("fft", "rfft2"), "fft rfft 2"),
        (("linear_model", "RidgeCV.get_params"), "linear model ridge cv get params"),
        (("", "HTTPServer"), "http server"),
    ],
)
def test_a_name_is_read_as_words(names: tuple[str, str], words: str) -> None:
    assert in_words(*names) == words


def test_a_divided_set_keeps_its_splits_in_a_recipe() -> None:
    spec = DataSpec.model_validate({"builtin": {"name": "docs-pairs", "limit": 500}})
    report = Warnings()
    loaded = load(spec, TextClassification(), seed=0, report=report)
    given = DocsPairs(limit=500).splits(Silent())
    assert loaded.train.equals(given["train"])
    assert loaded.validation.equals(given["validation"])
    assert loaded.test.equals(given["test"])
    assert loaded.notes == ()
    assert report.said == []
    assert loaded.source["builtin"] == "docs-pairs"
    assert loaded.source["options"] == {"limit": 500}
