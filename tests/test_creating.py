"""Networks that start from nothing: any family, any size, a base like any other."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import transformers

from pipeline import components
from pipeline.contracts import Family, Silent
from pipeline.creating import create
from pipeline.errors import RecipeError
from pipeline.recipe.blocks import ModelSpec
from tests.hub.reviews import reviews

TEXTS = [text for text, _ in reviews(120)]
SMALL = {"layers": 2, "hidden": 32, "heads": 2, "positions": 64, "tokenizer": {"vocabulary": 400}}
AUTO = {
    "encoder": "AutoModelForMaskedLM",
    "decoder": "AutoModelForCausalLM",
    "encoder-decoder": "AutoModelForSeq2SeqLM",
}


def spec(family: str, **options: object) -> ModelSpec:
    return ModelSpec.model_validate({"new": family, **SMALL, **options})


@pytest.mark.parametrize("family", components.available("models"))
def test_a_new_network_is_a_base_of_the_size_that_was_asked_for(
    family: str, tmp_path: Path
) -> None:
    base = create(spec(family), TEXTS, seed=0, run=tmp_path, report=Silent())
    facts: Family = components.load("models", family)()
    assert base.name == f"new:{family}"
    assert base.model_type == family
    assert base.hub_id is None
    auto = getattr(transformers, AUTO[facts.shape])
    model, loading = auto.from_pretrained(base.folder, output_loading_info=True)
    assert not loading["missing_keys"]
    assert model.get_input_embeddings().weight.shape[1] == 32
    task = {"encoder": "masked-lm", "decoder": "causal-lm", "encoder-decoder": "seq2seq"}[
        facts.shape
    ]
    blocks = [model.get_submodule(path) for path in facts.within(task, facts.blocks)]
    assert [len(part) for part in blocks] == [2] * len(blocks)
    ids = torch.tensor([[7, 8, 9]])
    given = {"decoder_input_ids": ids} if facts.shape == "encoder-decoder" else {}
    assert model(input_ids=ids, **given).logits.isfinite().all()


def test_the_seed_draws_the_weights(tmp_path: Path) -> None:
    hashes = [
        create(spec("gpt2"), TEXTS, seed=seed, run=tmp_path / name, report=Silent()).sha256
        for seed, name in ((0, "a"), (0, "b"), (1, "c"))
    ]
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_run_goes_on_with_what_it_began_with(tmp_path: Path) -> None:
    first = create(spec("gpt2"), TEXTS, seed=0, run=tmp_path, report=Silent())
    again = create(spec("gpt2"), ["other"], seed=9, run=tmp_path, report=Silent())
    assert again == first


def test_the_tokenizer_of_a_base_can_be_taken(tmp_path: Path, tiny_base: Path) -> None:
    made = create(spec("bert", tokenizer=str(tiny_base)), [], seed=0, run=tmp_path, report=Silent())
    theirs = transformers.AutoTokenizer.from_pretrained(tiny_base)
    ours = transformers.AutoTokenizer.from_pretrained(made.folder)
    assert ours.get_vocab() == theirs.get_vocab()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"new": "gtp2"}, "did you mean 'gpt2'"),
        ({"new": "gpt2", "hidden": 30, "heads": 4}, "multiple of heads"),
        ({"new": "gpt2", "id": "a/b"}, "give one of the two"),
        ({"new": "gpt2", "revision": "x"}, "revision goes with id"),
        ({"id": "a/b", "layers": 3}, "layers goes with new"),
        ({}, "give one of the two"),
    ],
)
def test_what_does_not_fit_is_refused(options: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ModelSpec.model_validate(options)


def test_sizes_that_the_library_refuses_are_told_as_the_recipes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise ValueError("too wide")

    monkeypatch.setattr(transformers.AutoConfig, "for_model", refuse)
    with pytest.raises(RecipeError, match="no gpt2 can be made of these sizes: too wide"):
        create(spec("gpt2"), TEXTS, seed=0, run=tmp_path, report=Silent())
