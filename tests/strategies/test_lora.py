"""Adapters where they were asked for, with the options that were asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import ValidationError

from pipeline.errors import RecipeError
from pipeline.strategies.lora import Lora
from tests.strategies.test_contract import reload
from tests.training import tiny


def adapted(model: torch.nn.Module) -> dict[str, Any]:
    """Layers with an adapter, by their path in the base."""
    return {
        path.removeprefix("base_model.model."): module
        for path, module in model.named_modules()
        if hasattr(module, "lora_A") or hasattr(module, "lora_embedding_A")
    }


def block_paths(*names: str) -> set[str]:
    return {f"bert.encoder.layer.{n}.{name}" for n in (0, 1) for name in names}


ATTENTION = ("attention.self.query", "attention.self.value")
LINEAR = (
    *ATTENTION,
    "attention.self.key",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


@pytest.mark.parametrize(
    ("targets", "paths"),
    [
        ("attention", block_paths(*ATTENTION)),
        ("all-linear", block_paths(*LINEAR)),
        (["key"], block_paths("attention.self.key")),
        (["intermediate.dense", "key"], block_paths("attention.self.key", "intermediate.dense")),
        (["bert.encoder.layer.1.output.dense"], {"bert.encoder.layer.1.output.dense"}),
        (["word_embeddings"], {"bert.embeddings.word_embeddings"}),
    ],
)
def test_targets_are_the_layers_named_and_no_others(
    targets: Any, paths: set[str], tiny_base: Path
) -> None:
    assert set(adapted(tiny.ready(tiny_base, Lora(targets=targets)).model)) == paths


def test_rank_scale_and_dropout_reach_every_adapter(tiny_base: Path) -> None:
    strategy = Lora(r=3, alpha=12, dropout=0.25, targets="attention")
    for layer in adapted(tiny.ready(tiny_base, strategy).model).values():
        assert layer.r["default"] == 3
        assert layer.scaling["default"] == 12 / 3
        assert layer.lora_dropout["default"].p == 0.25
        assert layer.lora_A["default"].weight.shape[0] == 3


def test_rslora_scales_by_the_root_of_the_rank(tiny_base: Path) -> None:
    layers = adapted(tiny.ready(tiny_base, Lora(r=4, alpha=8, rslora=True)).model)
    assert {layer.scaling["default"] for layer in layers.values()} == {8 / 4**0.5}


def test_dora_learns_magnitudes_too(tiny_base: Path) -> None:
    model = tiny.ready(tiny_base, Lora(dora=True)).model
    names = [n for n, p in model.named_parameters() if p.requires_grad]
    assert sum("lora_magnitude_vector" in name for name in names) == len(adapted(model))


@pytest.mark.parametrize("others", [[], ["key"]])
def test_a_name_that_matches_nothing_is_refused_with_the_nearest(
    others: list[str], tiny_base: Path
) -> None:
    with pytest.raises(RecipeError, match="'quary' matches no linear layer") as caught:
        tiny.ready(tiny_base, Lora(targets=[*others, "quary", "q_proj"]))
    assert "did you mean 'query'?" in str(caught.value)
    assert [str(problem).split("'")[1] for problem in caught.value.problems] == ["quary", "q_proj"]


@pytest.mark.parametrize("options", [{"r": 0}, {"alpha": 0}, {"dropout": 1}, {"targets": []}])
def test_options_out_of_range_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Lora(**options)


def test_a_fresh_pooler_trains_and_is_saved(
    poolerless: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.scored([0.0, 1.0], monkeypatch)
    prepared = tiny.ready(poolerless)
    assert "bert.pooler.dense.weight" in prepared.fresh
    before = tiny.weights(prepared.model)
    fitted = tiny.fit(prepared, tmp_path / "run", epochs=1, validations=1).model
    pooler = "base_model.model.bert.pooler.dense.modules_to_save.default.weight"
    assert not torch.equal(before[pooler], tiny.weights(prepared.model)[pooler])
    fitted.save(tmp_path / "adapter")
    texts = tiny.table(6)["text"].to_pylist()
    torch.manual_seed(123)  # another random pooler than the one that was trained
    again = reload(tmp_path / "adapter", poolerless, adapter=True)
    expected = tiny.answers(prepared.model, prepared.codec.tokenizer, texts)
    assert abs(tiny.answers(again, prepared.codec.tokenizer, texts) - expected).max() <= 1e-6
