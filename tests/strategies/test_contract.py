"""Every strategy in the real loop, as it comes; every family has it in the matrix of tasks."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from pipeline import components
from tests.training import tiny


@pytest.mark.parametrize("name", components.available("strategies"))
def test_what_a_fit_learnt_is_counted_saved_and_reloaded(
    name: str, tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strategy = components.load("strategies", name)()
    prepared = tiny.ready(tiny_base, strategy)
    before = tiny.weights(prepared.model)
    learning = {n for n, p in prepared.model.named_parameters() if p.requires_grad}
    tiny.scored([0.0, 1.0], monkeypatch)  # the weights after the last step are kept
    # Two steps, so that the half of an adapter that starts behind zeros moves too.
    found = tiny.fit(prepared, tmp_path / "run", max_steps=2, validations=1, schedule="constant")
    after = tiny.weights(prepared.model)
    assert {n for n, value in after.items() if not torch.equal(value, before[n])} == learning
    assert found.model.trainable_parameters == sum(before[n].numel() for n in learning)
    assert found.model.total_parameters == sum(
        value.numel() for n, value in before.items() if "original_module" not in n
    )
    saved = tmp_path / "saved"
    found.model.save(saved)
    assert {file.suffix for file in saved.iterdir()} <= {".safetensors", ".json", ".md"}
    texts = tiny.table(6)["text"].to_pylist()
    again = reload(saved, tiny_base, adapter=strategy.adds_adapter)
    expected = tiny.answers(prepared.model, prepared.codec.tokenizer, texts)
    assert abs(tiny.answers(again, prepared.codec.tokenizer, texts) - expected).max() <= 1e-6


def reload(saved: Path, base: Path, *, adapter: bool) -> torch.nn.Module:
    """As anybody would, with public packages alone."""
    from peft import PeftModel
    from transformers import AutoModelForSequenceClassification

    if not adapter:
        model: torch.nn.Module = AutoModelForSequenceClassification.from_pretrained(saved)
        return model
    bare = AutoModelForSequenceClassification.from_pretrained(base, num_labels=len(tiny.LABELS))
    wrapped: torch.nn.Module = PeftModel.from_pretrained(bare, saved)
    return wrapped
