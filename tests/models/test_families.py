"""The facts of a family name what its models have, whatever the task."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from pipeline.strategies.freeze import Freeze
from pipeline.training.model import unwrapped
from tests.conftest import Bases
from tests.tasks import cells
from tests.tasks.pairs import FAMILIES, PAIRS
from tests.training import tiny


@pytest.mark.parametrize(("task", "family"), PAIRS)
def test_paths_lead_to_what_they_are_said_to(task: str, family: str, bases: Bases) -> None:
    prepared = cells.cell(bases[family], task, Freeze(blocks=0)).prepared
    facts, model = prepared.family, prepared.model
    assert facts.name == family
    there = dict(model.named_modules())
    words: Any = unwrapped(model).get_input_embeddings()
    path = next(name for name, module in there.items() if module is words)
    embeddings = facts.within(task, facts.embeddings)
    assert path.startswith(embeddings)
    assert any(path in there for path in embeddings)
    # A task that uses one side of a model has that side's blocks alone, which come first.
    paths = facts.within(task, facts.blocks)
    blocks: list[Any] = [there[path] for path in paths if path in there]
    assert [path in there for path in paths] == sorted(path in there for path in paths)[::-1]
    assert blocks
    assert all(isinstance(part, torch.nn.ModuleList) and len(part) == 2 for part in blocks)
    for name in facts.attention:
        for part in blocks:
            found = [path for path, _ in part.named_modules() if path.endswith(f".{name}")]
            assert {path.partition(".")[0] for path in found} == {"0", "1"}


@pytest.mark.parametrize(("task", "family"), PAIRS)
def test_a_head_is_what_a_task_adds_to_the_base(task: str, family: str, bases: Bases) -> None:
    on = cells.cell(bases[family], task, Freeze(blocks=0))
    head, model = on.prepared.family.heads[task], on.model
    output = model.get_submodule(head.output)
    assert isinstance(output, torch.nn.Linear)
    examples = on.examples
    batch = on.batch(examples, cells.together(examples)[0])
    seen: list[torch.Tensor] = []
    output.register_forward_hook(lambda module, inputs, found: seen.append(found))
    outputs = model(**batch.inputs)
    (told,) = seen  # the layer was asked, and once
    assert on.task.loss(outputs, batch.targets).isfinite()
    assert told.shape[-1] == output.out_features
    fresh = {name.rpartition(".")[0] for name in on.prepared.fresh}
    if head.modules:
        assert any(f"{head.output}.".startswith(f"{path}.") for path in head.modules)
        assert head.output in fresh
    else:  # the base brings the layer along, or its weights: tied to the embeddings
        assert f"{head.output}.weight" not in on.prepared.fresh
        assert output.out_features == on.prepared.codec.vocabulary


@pytest.mark.parametrize("family", FAMILIES)
def test_keys_are_those_of_the_configuration(family: str, bases: Bases) -> None:
    from transformers import AutoConfig

    config, facts = AutoConfig.from_pretrained(bases[family]), FAMILIES[family]
    assert all(hasattr(config, key) for key in facts.dropout)
    assert all(hasattr(config, key) for key in facts.sizes.values())
    assert {"layers", "hidden", "heads", "inner"} <= set(facts.sizes)
    assert ("decoder_layers" in facts.sizes) == (facts.shape == "encoder-decoder")
    changed = AutoConfig.from_pretrained(bases[family], **{facts.sizes["layers"]: 1})
    assert changed.num_hidden_layers == 1


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_takes_the_longest_input_and_not_one_token_more(family: str, bases: Bases) -> None:
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
