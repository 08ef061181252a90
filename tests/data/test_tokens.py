"""Tokens as the tokenizer gives them, end to end; what is cut is counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from pipeline.contracts import Silent
from pipeline.data.tokens import TokenStore, tokenise
from pipeline.tasks.text_classification import TextClassification
from tests.training import tiny


@pytest.fixture(scope="module")
def tokenizer(tiny_base: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(tiny_base)


def stored(table: pa.Table, tokenizer: Any, max_length: int = 64) -> TokenStore:
    task = TextClassification()
    return tokenise(task, table, tokenizer, max_length=max_length, report=Silent())


def row(store: TokenStore, number: int) -> list[int]:
    found: list[int] = store.ids[store.offsets[number] : store.offsets[number + 1]].tolist()
    return found


@pytest.mark.parametrize("pairs", [False, True])
@pytest.mark.parametrize("max_length", [8, 16, 64])
def test_rows_are_what_the_tokenizer_gives(max_length: int, pairs: bool, tokenizer: Any) -> None:
    table = tiny.table(12, pairs=pairs)
    store = stored(table, tokenizer, max_length)
    texts = TextClassification().inputs(table)
    cut, uncut = 0, 0
    for n, item in enumerate(texts):
        expected = tokenizer(*item, truncation=True, max_length=max_length)
        assert row(store, n) == expected["input_ids"]
        if pairs:
            assert store.types is not None
            types = store.types[store.offsets[n] : store.offsets[n + 1]].tolist()
            assert types == expected["token_type_ids"]
        whole = len(tokenizer(*item)["input_ids"])
        cut, uncut = cut + (whole > max_length), uncut + whole
    assert (store.types is not None) == pairs
    assert (store.cut_rows, store.uncut_tokens) == (cut, uncut)
    assert store.lengths.max() <= max_length
    facts = store.facts()
    assert facts["tokens"] == store.lengths.sum() == len(store.ids)
    assert facts["cut_share"] == pytest.approx(1 - len(store.ids) / uncut, abs=1e-6)
    assert facts["cut_rows"] == cut
    assert cut > 0 or max_length == 64


def test_chunks_do_not_show(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = stored(tiny.table(12), tokenizer, 16)
    monkeypatch.setattr("pipeline.data.tokens._CHUNK", 5)
    chunked = stored(tiny.table(12), tokenizer, 16)
    assert np.array_equal(whole.ids, chunked.ids)
    assert np.array_equal(whole.offsets, chunked.offsets)
    assert whole.facts() == chunked.facts()


@pytest.mark.parametrize("pairs", [False, True])
def test_take_gives_the_rows_in_the_order_asked_for(pairs: bool, tokenizer: Any) -> None:
    store = stored(tiny.table(9, pairs=pairs), tokenizer)
    chosen = [7, 0, 7, 3]
    part = store.take(np.asarray(chosen))
    assert [row(part, n) for n in range(4)] == [row(store, n) for n in chosen]
    assert (part.types is None) == (store.types is None)
    assert len(store.take(np.asarray([], dtype=np.int64))) == 0


def test_no_rows_are_no_tokens(tokenizer: Any) -> None:
    store = stored(tiny.table(9).slice(0, 0), tokenizer)
    assert len(store) == 0
    assert store.facts() == {
        "rows": 0, "tokens": 0, "longest": 0, "mean": 0.0, "cut_rows": 0, "cut_share": 0.0
    }  # fmt: skip


def test_the_tokenizer_is_left_without_truncation(tokenizer: Any) -> None:
    """What is saved with an export must not cut inputs on its own."""
    stored(tiny.table(9), tokenizer, 8)
    assert tokenizer.backend_tokenizer.truncation is None
    assert tokenizer.backend_tokenizer.padding is None
