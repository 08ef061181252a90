"""Rounded weights change nothing but the time, and never stay."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from pipeline.errors import UserError
from pipeline.training.precision import frozen_weights_rounded
from pipeline.training.processes import choose_precision
from tests.training import tiny


def test_bf16_logits_are_those_of_plain_autocast_to_the_bit(tiny_base: Path) -> None:
    prepared = tiny.ready(tiny_base)
    model = prepared.model.eval()
    inputs = prepared.codec.tokenizer(
        tiny.table(6)["text"].to_pylist(), padding=True, return_tensors="pt"
    )
    before = tiny.weights(model)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        plain = model(**inputs).logits
        with frozen_weights_rounded(model, "bf16"):
            kinds = {p.dtype for p in model.parameters() if not p.requires_grad}
            assert torch.bfloat16 in kinds
            assert {p.dtype for p in model.parameters() if p.requires_grad} == {torch.float32}
            rounded = model(**inputs).logits
    assert plain.dtype == torch.bfloat16
    assert torch.equal(plain, rounded)
    assert_restored(model, before)


def test_fp32_weights_come_back_after_an_exception(tiny_base: Path) -> None:
    model = tiny.ready(tiny_base).model
    before = tiny.weights(model)
    with pytest.raises(KeyboardInterrupt), frozen_weights_rounded(model, "bf16"):
        raise KeyboardInterrupt
    assert_restored(model, before)


def test_fp32_is_left_alone(tiny_base: Path) -> None:
    model = tiny.ready(tiny_base).model
    with frozen_weights_rounded(model, "fp32"):
        assert {p.dtype for p in model.parameters()} == {torch.float32}


def test_training_in_bf16_leaves_the_frozen_weights_as_they_were(
    tiny_base: Path, tmp_path: Path
) -> None:
    prepared = tiny.ready(tiny_base)
    frozen = {n: p.detach().clone() for n, p in prepared.model.named_parameters()
              if not p.requires_grad}  # fmt: skip
    tiny.fit(prepared, tmp_path, precision="bf16", max_steps=2)
    found = dict(prepared.model.named_parameters())
    assert all(torch.equal(found[name], value) for name, value in frozen.items())
    assert {p.dtype for p in found.values()} == {torch.float32}


def assert_restored(model: torch.nn.Module, before: dict[str, torch.Tensor]) -> None:
    after = tiny.weights(model)
    assert all(after[name].dtype == torch.float32 for name in before)
    assert all(torch.equal(after[name], value) for name, value in before.items())


def test_fp16_is_refused_on_a_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UserError, match="fp16 does nothing on a CPU"):
        choose_precision("fp16")


@pytest.mark.parametrize(("able", "chosen"), [(True, "bf16"), (False, "fp32")])
def test_auto_is_bf16_only_where_the_processor_computes_in_it(
    able: bool, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr("pipeline.training.processes._cpu_has_bf16", lambda: able)
    assert choose_precision("auto") == chosen
    assert choose_precision("fp32") == "fp32"
