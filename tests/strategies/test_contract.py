"""Every strategy on every family: what trains is what was promised, and comes back."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
import torch

from pipeline import components
from pipeline.strategies.freeze import Freeze
from pipeline.tasks.text_classification import TextClassification
from pipeline.training.model import parts, unwrapped
from tests.training import tiny
from tests.training.families import BUILDERS

STRATEGIES = components.available("strategies")
FAMILIES = components.available("models")
TASK = "text-classification"


def test_the_folders_hold_what_we_know() -> None:
    assert {"freeze", "full", "lora"} <= set(STRATEGIES)
    assert set(FAMILIES) == set(BUILDERS)
    assert {"bert", "roberta", "gpt2", "llama", "t5", "bart"} <= set(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_tiny_base(family: str) -> None:
    assert family in BUILDERS, f"add a builder of a tiny {family} to tests/training/families.py"


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    home = tmp_path_factory.mktemp("bases")
    return {family: BUILDERS[family](home / family) for family in FAMILIES}


@pytest.mark.parametrize(("name", "family"), list(itertools.product(STRATEGIES, FAMILIES)))
def test_a_strategy_trains_all_that_it_promises_and_nothing_else(
    name: str,
    family: str,
    bases: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    strategy = components.load("strategies", name)()
    prepared = tiny.ready(bases[family], strategy)
    before = tiny.weights(prepared.model)
    learning = {n for n, p in prepared.model.named_parameters() if p.requires_grad}
    rows = parts(prepared.model, prepared.family, TextClassification())
    inner: Any = unwrapped(prepared.model)
    counted = [p for name, p in inner.named_parameters() if "original_module" not in name]
    assert sum(row["total"] for row in rows) == sum(p.numel() for p in counted)
    assert sum(row["trainable"] for row in rows) == sum(before[n].numel() for n in learning)
    head = next(row for row in rows if row["part"] == "head")
    assert head["trainable"] == head["total"] > 0

    tiny.scored([0.0, 1.0], monkeypatch)  # the weights after the last step are kept
    # Two steps, so that the half of an adapter that starts behind zeros moves too.
    found = tiny.fit(prepared, tmp_path / "run", max_steps=2, validations=1, schedule="constant")
    after = tiny.weights(prepared.model)
    changed = {n for n, value in after.items() if not torch.equal(value, before[n])}
    assert changed == learning
    assert found.model.trainable_parameters == sum(before[n].numel() for n in learning)
    assert found.model.total_parameters == sum(
        value.numel() for n, value in before.items() if "original_module" not in n
    )

    saved = tmp_path / "saved"
    found.model.save(saved)
    assert {file.suffix for file in saved.iterdir()} <= {".safetensors", ".json", ".md"}
    texts = tiny.table(6)["text"].to_pylist()
    again = reload(saved, bases[family], adapter=strategy.adds_adapter)
    expected = tiny.answers(prepared.model, prepared.codec.tokenizer, texts)
    assert abs(tiny.answers(again, prepared.codec.tokenizer, texts) - expected).max() <= 1e-6


def reload(saved: Path, base: Path, *, adapter: bool) -> torch.nn.Module:
    """As anybody would, with public packages alone."""
    from peft import PeftModel
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    if not adapter:
        model: torch.nn.Module = AutoModelForSequenceClassification.from_pretrained(saved)
        return model
    tokenizer = AutoTokenizer.from_pretrained(base)
    padding = tokenizer.pad_token_id
    bare = AutoModelForSequenceClassification.from_pretrained(
        base,
        num_labels=len(tiny.LABELS),
        pad_token_id=tokenizer.eos_token_id if padding is None else padding,
    )
    wrapped: torch.nn.Module = PeftModel.from_pretrained(bare, saved)
    return wrapped


@pytest.mark.parametrize("family", FAMILIES)
def test_the_facts_of_a_family_name_what_its_models_have(
    family: str, bases: dict[str, Path]
) -> None:
    prepared = tiny.ready(bases[family], Freeze(blocks=0))
    facts, model = prepared.family, prepared.model
    assert facts.name == family
    there = dict(model.named_modules())
    assert any(path in there for path in facts.within(TASK, facts.embeddings))
    words: Any = unwrapped(model).get_input_embeddings()
    path = next(name for name, module in there.items() if module is words)
    assert path.startswith(facts.within(TASK, facts.embeddings))
    blocks: list[Any] = [model.get_submodule(path) for path in facts.within(TASK, facts.blocks)]
    assert all(isinstance(part, torch.nn.ModuleList) and len(part) == 2 for part in blocks)
    config: Any = unwrapped(model).config
    assert all(hasattr(config, key) for key in facts.dropout)
    head = facts.heads[TASK]
    output = model.get_submodule(head.output)
    assert isinstance(output, torch.nn.Linear)
    assert output.out_features == len(tiny.LABELS)
    assert any(f"{head.output}.".startswith(f"{path}.") for path in head.modules)
    fresh = {name.rpartition(".")[0] for name in prepared.fresh}
    assert head.output in fresh
    for name in facts.attention:
        for part in blocks:
            found = [path for path, _ in part.named_modules() if path.endswith(f".{name}")]
            assert {path.partition(".")[0] for path in found} == {"0", "1"}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_takes_the_longest_input_and_not_one_token_more(
    family: str, bases: dict[str, Path]
) -> None:
    prepared = tiny.ready(bases[family])
    model: Any = prepared.model
    assert prepared.codec.max_length == 64

    def answer(length: int) -> torch.Tensor:
        ids = torch.full((1, length), 7)
        # Encoder-decoders read up to the end.
        ids[0, -1] = prepared.codec.tokenizer.eos_token_id or 7
        logits: torch.Tensor = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
        return logits

    assert answer(64).isfinite().all()
    tables = [m for m in model.modules() if isinstance(m, torch.nn.Embedding)]
    if any(64 <= m.num_embeddings <= 66 for m in tables):  # positions are looked up, not computed
        with pytest.raises((IndexError, RuntimeError)):
            answer(65)
