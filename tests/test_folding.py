"""A base with an adapter folded in answers as the two together did."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors import safe_open

from pipeline import bases as all_bases
from pipeline import folding
from pipeline.bases import Base
from pipeline.contracts import Silent
from pipeline.errors import ModelError
from pipeline.runner import Finished
from pipeline.tasks.causal_lm import CausalLm
from pipeline.tasks.text_classification import TextClassification
from tests.conftest import LABELS, Bases

GPT2: dict[str, Any] = {"target_modules": ["c_attn"], "fan_in_fan_out": True}
IDS = torch.tensor([[5, 6, 7, 8]])


def adapter_on(folder: Path, base: Path, auto: Any, kind: str, **options: Any) -> Any:
    """Somebody else's adapter, which PEFT alone saved; returns the model under it."""
    model = auto.from_pretrained(base)
    config = LoraConfig(task_type=kind, r=2, init_lora_weights=False, **options)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        adapted = get_peft_model(model, config)
    adapted.save_pretrained(folder)
    return adapted.eval()


def fold(found: folding.Adapter, base: Base, run: Path, task: Any, *labels: str) -> Base:
    return folding.fold(found, base, task=task, labels=labels, run=run, report=Silent())


def names_in(folder: Path) -> set[str]:
    with safe_open(folder / "model.safetensors", "pt") as file:
        return set(file.keys())


def test_anybodys_language_model_is_folded_in(bases: Bases, tmp_path: Path) -> None:
    path = bases["gpt2"]
    auto = transformers.AutoModelForCausalLM
    adapted = adapter_on(tmp_path / "learnt", path, auto, "CAUSAL_LM", **GPT2)
    base = all_bases.resolve(str(path))

    found = folding.find(str(tmp_path / "learnt"), base, Silent())
    folded = fold(found, base, tmp_path / "run", CausalLm())

    expected = adapted(IDS).logits
    torch.testing.assert_close(auto.from_pretrained(folded.folder)(IDS).logits, expected)
    assert (expected - auto.from_pretrained(path)(IDS).logits).abs().max() > 1e-3
    facts = folded.facts()
    assert facts["name"] == "learnt on gpt2"
    assert facts["made_of"]["base"]["sha256"] == base.sha256
    assert facts["made_of"]["adapter"]["name"] == "learnt"
    assert str(tmp_path) not in str(facts)


@pytest.mark.parametrize(
    ("target", "twin"), [("lm_head", "transformer.wte"), ("transformer.wte", "lm_head")]
)
def test_an_adapter_on_a_shared_weight_is_refused_as_by_the_exports(
    bases: Bases, tmp_path: Path, target: str, twin: str
) -> None:
    auto = transformers.AutoModelForCausalLM
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peft says something of the kind, but only sometimes
        adapter_on(tmp_path / "learnt", bases["gpt2"], auto, "CAUSAL_LM", target_modules=[target])
    base = all_bases.resolve(str(bases["gpt2"]))
    found = folding.find(str(tmp_path / "learnt"), base, Silent())
    with pytest.raises(ModelError, match=f"{target} shares its weight with {twin}") as caught:
        fold(found, base, tmp_path / "run", CausalLm())
    assert "export:" not in str(caught.value)
    assert not (tmp_path / "run" / "base").exists()


def test_a_head_that_answers_the_same_stays_and_another_is_left_out(
    finished_run: Finished, tiny_base: Path, tmp_path: Path
) -> None:
    base = all_bases.resolve(str(tiny_base))
    found = folding.find(str(finished_run.folder), base, Silent())
    task = TextClassification()
    kept = fold(found, base, tmp_path / "same", task, *LABELS)
    dropped = fold(found, base, tmp_path / "other", task, "sad", "glad", "mad")
    assert names_in(kept.folder) - names_in(dropped.folder) == {
        "classifier.weight", "classifier.bias",
    }  # fmt: skip
    assert folding.keeps_head(found, task, LABELS)
    assert not folding.keeps_head(found, task, LABELS[::-1])
    assert not folding.keeps_head(None, task, LABELS)

    auto = transformers.AutoModelForSequenceClassification
    whole = auto.from_pretrained(kept.folder).eval()
    given = auto.from_pretrained(tiny_base, num_labels=2)
    adapted = PeftModel.from_pretrained(given, finished_run.folder / "adapter").eval()
    torch.testing.assert_close(whole(IDS).logits, adapted(IDS).logits, atol=1e-5, rtol=1e-5)


def test_a_folded_base_is_taken_as_it_is_when_a_run_goes_on(
    finished_run: Finished, tiny_base: Path, tmp_path: Path
) -> None:
    base = all_bases.resolve(str(tiny_base))
    found = folding.find(str(finished_run.folder / "adapter"), base, Silent())
    first = fold(found, base, tmp_path, TextClassification(), *LABELS)
    written = (first.folder / "model.safetensors").stat().st_mtime_ns
    assert fold(found, base, tmp_path, TextClassification(), *LABELS) == first
    assert (first.folder / "model.safetensors").stat().st_mtime_ns == written


def test_an_adapter_of_another_base_is_refused(
    finished_run: Finished, bases: Bases, tmp_path: Path
) -> None:
    base = all_bases.resolve(str(bases["gpt2"]))
    with pytest.raises(ModelError, match="was made for tiny-bert, not for"):
        folding.find(str(finished_run.folder), base, Silent())


def test_an_adapter_whose_labels_nobody_knows_is_refused(bases: Bases, tmp_path: Path) -> None:
    auto = transformers.AutoModelForSequenceClassification
    adapter_on(tmp_path / "learnt", bases["bert"], auto, "SEQ_CLS", target_modules=["query"])
    base = all_bases.resolve(str(bases["bert"]))
    found = folding.find(str(tmp_path / "learnt"), base, Silent())
    with pytest.raises(ModelError, match="nothing here says its labels"):
        fold(found, base, tmp_path / "run", TextClassification(), *LABELS)


def test_pickled_and_damaged_adapters_are_refused(bases: Bases, tmp_path: Path) -> None:
    learnt = tmp_path / "learnt"
    auto = transformers.AutoModelForCausalLM
    adapter_on(learnt, bases["gpt2"], auto, "CAUSAL_LM", **GPT2)
    base = all_bases.resolve(str(bases["gpt2"]))
    (learnt / "adapter_model.safetensors").write_bytes(b"damaged")
    found = folding.find(str(learnt), base, Silent())
    with pytest.raises(ModelError, match="cannot be folded into"):
        fold(found, base, tmp_path / "run", CausalLm())
    assert not (tmp_path / "run" / "base").exists()
    (learnt / "adapter_model.safetensors").rename(learnt / "adapter_model.bin")
    with pytest.raises(ModelError, match="a pickle can run code"):
        folding.find(str(learnt), base, Silent())
