from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from pipeline.data.doctor.spec import DoctorSpec
from pipeline.data.spec import DataSpec
from pipeline.data.split_by import SplitBy


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "there is no source of rows"),
        ({"train": "a.csv", "builtin": "docs-topics"}, "one source"),
        ({"hub": "a/b", "builtin": "docs-topics"}, "one source"),
        ({"builtin": "docs-topcs"}, "did you mean 'docs-topics'?"),
        ({"builtin": {"name": "docs", "prat": "target"}}, "Extra inputs"),
        ({"builtin": {"part": "target"}}, "a mapping with a key 'name'"),
        ({"builtin": "docs", "test": 0.2}, "comes with splits of its own"),
        ({"builtin": "docs", "validation": "rest", "limit": 9}, "drop validation"),
        ({"builtin": "docs-topics", "test": "x.csv"}, "is a share"),
        ({"builtin": "docs-topics", "columns": {"text": "x"}}, "drop columns"),
        ({"train": "a.csv", "revision": "main"}, "revision goes with hub"),
        ({"train": "a.csv", "test": 1.5}, "between 0 and 1"),
        ({"train": "a.csv", "validation": 1}, "between 0 and 1"),
        ({"train": "a.csv", "test": 0.6, "validation": 0.5}, "nothing is left"),
        ({"train": "a.csv", "test": 0.9}, "nothing is left"),
        ({"train": "a.csv", "validation": "rest"}, "per_class or limit"),
        ({"train": "a.csv", "columns": {"text": 1, "label": "y"}}, "all names or all positions"),
        ({"hub": "a/b", "columns": {"text": 1}}, "by position are for files"),
        ({"hub": "a/b", "test": ["x", "y"]}, "name of one split"),
        ({"hub": "a/b", "unit": "line"}, "unit goes with files of plain text"),
        ({"train": "a.txt", "unit": "page"}, "'line', 'paragraph' or 'file'"),
        ({"train": "a.csv", "columns": {"text": 0}}, "greater than or equal to 1"),
        ({"train": []}, "at least 1 item"),
        ({"train": "a.csv", "split": {}}, "group, or time"),
        ({"builtin": "docs-topics", "streaming": True}, "drop builtin"),
        ({"train": "a.csv", "streaming": True, "split": "stratified"}, "drop split"),
        ({"train": "a.csv", "streaming": True, "split": {"time": "when"}}, "drop split"),
        ({"train": "a.csv", "streaming": True, "validation": "rest"}, "drop validation: rest"),
        ({"train": {"text": "a.txt"}, "streaming": True}, "a text file for each column"),
        ({"train": "a.txt", "streaming": True, "unit": "file"}, "give line or paragraph"),
        (
            {"train": "a.csv", "streaming": True, "per_class": 8, "split": "stratified"},
            r"drop per_class .*; split \(",
        ),
        ({"train": "a.csv", "split": {"group": "x", "time": "y"}}, "one of the two"),
        ({"train": "a.csv", "split": "random"}, "'stratified' or 'hash'"),
        ({"train": "a.csv", "split": {"time": 3}, "columns": {"text": "x"}}, "all positions"),
        ({"builtin": "docs-topics", "split": {"group": "x"}}, "drop split"),
        ({"train": "a.csv", "split": "hash", "validation": "rest", "limit": 9}, "by lot"),
        ({"train": "a.csv", "trian": 1}, "Extra inputs"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        DataSpec(**given)


def test_absent_splits_get_their_default_shares() -> None:
    spec = DataSpec(train="a.csv")
    assert (spec.test_share, spec.validation_share) == (0.2, 0.15)
    spec = DataSpec(train="a.csv", test="b.csv", validation="rest", per_class=4)
    assert (spec.test_share, spec.validation_share) == (None, None)


def test_a_built_in_data_set_is_a_name_or_a_name_with_options() -> None:
    short = DataSpec.model_validate({"builtin": "docs"})
    long = DataSpec.model_validate({"builtin": {"name": "docs", "part": "general"}})
    assert short == long
    assert short.model_dump(mode="json")["builtin"] == {"name": "docs", "part": "general"}
    assert DataSpec.model_validate(short.model_dump(mode="json")) == short


@pytest.mark.parametrize("spec", [DataSpec, SplitBy, DoctorSpec])
def test_every_field_has_a_description(spec: type[BaseModel]) -> None:
    assert all(field.description for field in spec.model_fields.values())


def test_checking_a_recipe_imports_nothing_heavy() -> None:
    code = (
        "import sys, pipeline.data.spec, pipeline.data.builtin.docs_topics;"
        "import pipeline.data.doctor.spec;"
        "print({'numpy', 'pyarrow', 'torch', 'datasets', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_streamed_rows_are_divided_by_hash_unless_said_otherwise() -> None:
    spec = DataSpec(train="a.jsonl", streaming=True)
    assert spec.split == "hash"
    assert DataSpec(**spec.model_dump()) == spec
    assert DataSpec(train="a.jsonl").split == "stratified"
