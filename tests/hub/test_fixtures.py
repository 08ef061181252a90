"""The small models and the data set that tests put on the Hub."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.hub.fixtures import POSITIONS, glue_sst2, tiny_bert, tiny_roberta
from tests.hub.reviews import reviews


@pytest.mark.parametrize("make", [tiny_bert, tiny_roberta])
def test_the_same_seed_gives_the_same_model(make: type, tmp_path: Path) -> None:
    def contents(name: str, seed: int) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in make(tmp_path / name, seed=seed).iterdir()}

    one, same, other = contents("one", 0), contents("same", 0), contents("other", 1)
    assert one == same
    assert one.keys() == {
        "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
    }  # fmt: skip
    assert [name for name in one if one[name] != other[name]] == ["model.safetensors"]


def test_roberta_numbers_its_tokens_as_published(tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_roberta(tmp_path / "roberta"))
    tokens = tokenizer.convert_ids_to_tokens([0, 1, 2, 3, len(tokenizer) - 1])
    assert tokens == ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    assert tokenizer.tokenize("the acting") == ["the", "Ġacting"]
    config = json.loads((tmp_path / "roberta" / "config.json").read_text())
    assert config["max_position_embeddings"] == POSITIONS + 2
    assert config["vocab_size"] == len(tokenizer)


def test_bert_knows_every_word_of_the_reviews(tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_bert(tmp_path / "bert"))
    encoded = tokenizer([sentence for sentence, _ in reviews(50)] + ["Unforeseen xylophones!"])
    assert all(tokenizer.unk_token_id not in ids for ids in encoded["input_ids"])


def test_reviews_are_balanced_different_and_repeatable() -> None:
    found = reviews(101, seed=3)
    assert found == reviews(101, seed=3) != reviews(101, seed=4)
    assert len({sentence for sentence, _ in found}) == len(found) == 101
    assert sorted(np.bincount([label for _, label in found])) == [50, 51]


def test_words_tell_the_sentiment_of_a_review() -> None:
    found = reviews(240)
    seen: dict[str, list[int]] = {}
    for sentence, label in found[:200]:
        for word in sentence.split():
            seen.setdefault(word, []).append(label)
    telling = {word for word, labels in seen.items() if len(labels) > 3 and len(set(labels)) == 1}

    def vote(sentence: str) -> float:
        votes = [seen[word][0] for word in sentence.split() if word in telling]
        return float(np.mean(votes)) if votes else 0.5

    right = [round(vote(sentence)) == label for sentence, label in found[200:]]
    assert np.mean(right) > 0.9


def test_the_splits_share_no_sentence_and_withhold_the_labels_of_the_test() -> None:
    files = glue_sst2(60, validation=20, test=10)
    tables = {
        path.split("/")[1].split("-")[0]: pq.read_table(io.BytesIO(content))
        for path, content in files.items()
        if path.endswith(".parquet")
    }
    assert {name: table.num_rows for name, table in tables.items()} == {
        "train": 60, "validation": 20, "test": 10,
    }  # fmt: skip
    sentences = [text for table in tables.values() for text in table["sentence"].to_pylist()]
    assert len(set(sentences)) == 90
    assert set(tables["test"]["label"].to_pylist()) == {-1}
    assert set(tables["train"]["label"].to_pylist()) == {0, 1}
    assert tables["train"]["idx"].to_pylist() == list(range(60))
