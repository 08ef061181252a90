"""Every built-in base is bytes that anybody can check: on the Hub, or in the package."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pipeline import bases, components

NAMES = components.available("models/builtin")
OURS = [name for name in NAMES if components.load("models/builtin", name).hub_id is None]
LARGEST = 16_000_000
"""Bytes of weights that the package carries for one base, at the most."""


def test_the_folder_holds_what_we_know() -> None:
    assert {"minilm", "gpt-docs", "t5-docs"} <= set(NAMES)
    assert {"gpt-docs", "t5-docs"} == set(OURS)


@pytest.mark.parametrize("name", NAMES)
def test_a_builtin_base_is_pinned(name: str) -> None:
    found = components.load("models/builtin", name)
    assert re.fullmatch("[0-9a-f]{64}", found.sha256)
    assert found.license
    assert found.summary()
    if name not in OURS:
        assert re.fullmatch("[0-9a-f]{40}", found.revision)
        assert found.hub_id.count("/") == 1


@pytest.mark.parametrize("name", OURS)
def test_a_base_of_ours_comes_with_its_card_and_the_recipe_that_made_it(name: str) -> None:
    base = bases.resolve(f"builtin:{name}")
    assert base.size_bytes <= LARGEST
    files = {file.name for file in base.folder.iterdir()}
    assert files == {
        "README.md", "config.json", "generation_config.json", "model.safetensors",
        "tokenizer.json", "tokenizer_config.json",
    }  # fmt: skip
    card = (base.folder / "README.md").read_text(encoding="utf-8")
    result = "bits_per_byte" if name == "gpt-docs" else "masked_accuracy"
    assert result in card
    assert (Path("recipes") / "pretrain" / f"{name}.yaml").is_file()


def test_gpt_docs_beats_counting_on_what_neither_has_read() -> None:
    """Some of the held-out package, against the numbers of the card."""
    from pipeline.contracts import Silent
    from pipeline.data.builtin.docs import Docs
    from pipeline.evaluation import scoring
    from pipeline.opening import open_model

    table = Docs(part="target").splits(Silent())["train"].slice(0, 24)
    model: Any = open_model("builtin:gpt-docs", Silent())
    found = model.predict(table)
    gold = model.task.references(table, ())
    assert scoring.score("bits_per_byte", gold, found, ()) < 2.1


def test_t5_docs_fills_a_gap_with_words() -> None:
    import torch
    from transformers import AutoTokenizer, T5ForConditionalGeneration

    folder = bases.resolve("builtin:t5-docs").folder
    model = T5ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    inputs = tokenizer("Returns the <extra_id_0> of the matrix.", return_tensors="pt")
    with torch.no_grad():
        written = model.generate(**inputs, max_new_tokens=8, do_sample=False)
    text = tokenizer.decode(written[0], skip_special_tokens=False)
    assert "<extra_id_0>" in text
    assert re.search("[a-z]{2}", text.partition("<extra_id_0>")[2])
