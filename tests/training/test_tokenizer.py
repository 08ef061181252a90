"""The tokenizer of a base is what its files hold, whatever class a configuration names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.bases import resolve
from pipeline.errors import ModelError
from pipeline.training.tokenizer import load_tokenizer
from tests.hub.bases import MODELS

TEXT = "영화가 재미있고 좋았다."


def korean(name: str, folder: Path) -> tuple[Any, Path]:
    """The tokenizer of a Korean base, and the folder that it is in."""
    made = MODELS[name](folder / "base")
    return load_tokenizer(resolve(str(made))), made


@pytest.mark.parametrize(
    "name",
    [
        "klue/bert-base",
        "klue/roberta-base",
        "skt/kogpt2-base-v2",
        "gogamza/kobart-base-v2",
        "paust/pko-t5-base",
    ],
)
def test_it_gives_the_tokens_of_its_file(name: str, tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer, folder = korean(name, tmp_path)
    written = Tokenizer.from_file(str(folder / "tokenizer.json"))
    assert tokenizer(TEXT)["input_ids"] == written.encode(TEXT).ids
    pair = tokenizer("가", "나", return_token_type_ids=True)
    assert pair["token_type_ids"] == written.encode("가", "나").type_ids
    assert len(written.encode(TEXT, add_special_tokens=False).ids) > 2


def test_a_list_of_tokens_will_do(tmp_path: Path) -> None:
    tokenizer, folder = korean("monologg/koelectra-base-v3-discriminator", tmp_path)
    assert not (folder / "tokenizer.json").exists()
    tokens = tokenizer.tokenize(TEXT)
    assert "".join(tokens).replace("##", "") == TEXT.replace(" ", "")


def test_special_tokens_that_no_file_names_are_the_models(tmp_path: Path) -> None:
    tokenizer, folder = korean("skt/kogpt2-base-v2", tmp_path)
    config = json.loads((folder / "config.json").read_text())
    assert (tokenizer.eos_token, tokenizer.pad_token) == ("</s>", "<pad>")
    assert tokenizer.eos_token_id == config["eos_token_id"] == 1
    assert len(tokenizer) <= config["vocab_size"]


def test_what_transformers_reads_right_is_left_to_it(tiny_base: Path) -> None:
    assert type(load_tokenizer(resolve(str(tiny_base)))).__name__ == "BertTokenizer"


def test_a_base_without_one_is_refused(tmp_path: Path) -> None:
    _, folder = korean("paust/pko-t5-base", tmp_path)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"there is no tokenizer: none of tokenizer\.json"):
        load_tokenizer(resolve(str(folder)))


def test_one_that_needs_another_library_says_so(tmp_path: Path) -> None:
    _, folder = korean("paust/pko-t5-base", tmp_path)
    (folder / "tokenizer.json").rename(folder / "spiece.model")
    with pytest.raises(ModelError, match="pip install sentencepiece"):
        load_tokenizer(resolve(str(folder)))
