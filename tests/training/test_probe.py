"""A head that starts as a linear probe answers as the probe does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pipeline.data.batches import Cutting
from pipeline.strategies.full import Full
from pipeline.strategies.lora import Lora
from pipeline.training import linear_heads, probe
from pipeline.training.inference import Answering
from pipeline.training.model import Prepared, head_output
from tests.conftest import Bases
from tests.training import tiny
from tests.training.families import BUILDERS

CUTTING = Cutting(max_tokens=8192)
STRATEGIES = pytest.mark.parametrize("strategy", [Full(), Lora()])
FAMILIES = pytest.mark.parametrize("family", sorted(BUILDERS))


def seen(prepared: Prepared, head: torch.nn.Linear) -> np.ndarray:
    on = tiny.work(12)
    answering = Answering(
        model=prepared.model,
        codec=prepared.codec,
        task=on.task,
        labels=on.labels,
        cutting=CUTTING,
        device=torch.device("cpu"),
    )
    return probe.features(answering, head, answering.examples(on.train))


@STRATEGIES
@FAMILIES
def test_features_and_the_installed_head_are_the_probe_inside_the_model(
    family: str, strategy: Any, bases: Bases
) -> None:
    prepared = tiny.ready(bases[family], strategy)
    head = head_output(prepared.model, prepared.family.heads["text-classification"].output)
    assert head.weight.requires_grad  # of PEFT's two copies the one that learns
    found = seen(prepared, head)
    by_hand: list[torch.Tensor] = []
    hook = head.register_forward_hook(lambda module, inputs, output: by_hand.append(inputs[0]))
    texts = tiny.table(12)["text"].to_pylist()
    tiny.answers(prepared.model, prepared.codec.tokenizer, texts)
    hook.remove()
    states = by_hand[0].detach()
    if states.dim() == 3:  # a decoder's head sees every token; the last one counts
        mask = prepared.codec.tokenizer(texts, padding=True, return_tensors="pt")["attention_mask"]
        states = states[torch.arange(12), (mask * torch.arange(mask.shape[1])).argmax(1)]
    assert abs(found - states.numpy()).max() <= 1e-5

    rng = np.random.default_rng(0)
    fitted = probe.Probe(
        weight=rng.normal(size=(2, found.shape[1])).astype(np.float32),
        bias=rng.normal(size=2).astype(np.float32),
        penalty=1.0,
    )
    probe.install(head, fitted)
    logits = tiny.answers(prepared.model, prepared.codec.tokenizer, texts)
    bias = 0 if head.bias is None else fitted.bias
    assert abs(logits - (found @ fitted.weight.T + bias)).max() <= 1e-4


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("classes", [2, 3])
def test_folded_weights_answer_as_scikit_learn_does(classes: int, bias: bool) -> None:
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(1)
    train = (rng.normal(size=(60, 5)) * [1, 10, 0.1, 3, 1] + [0, 5, 1, -3, 0]).astype(np.float32)
    targets = rng.integers(classes, size=60)
    tried: list[np.ndarray] = []

    def score(answer: np.ndarray) -> float:
        tried.append(answer)
        return -abs(len(tried) - 3.0)  # the third penalty is the best

    found = probe.fit(train, targets, train, score, bias=bias)
    assert found.penalty == linear_heads.PENALTIES[2] == 1.0
    mean = train.mean(axis=0) if bias else 0.0
    standard = (train - mean) / train.std(axis=0)
    model = LogisticRegression(C=1.0, fit_intercept=bias, max_iter=1000).fit(standard, targets)
    logits = train @ found.weight.T + found.bias
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = odds / odds.sum(axis=1, keepdims=True)
    assert found.weight.shape == (classes, 5)
    assert abs(probabilities - model.predict_proba(standard)).max() <= 2e-2
    assert np.array_equal(logits.argmax(axis=1), model.predict(standard))
    assert bias or not found.bias.any()


def test_a_feature_that_never_changes_does_no_harm() -> None:
    train = np.ones((8, 2), np.float32)
    train[:4, 0] = -1
    found = probe.fit(train, np.repeat([0, 1], 4), train, lambda answer: 0.0, bias=True)
    assert np.isfinite(found.weight).all()


def test_a_probe_of_another_shape_is_refused() -> None:
    fitted = probe.Probe(np.zeros((3, 4), np.float32), np.zeros(3, np.float32), 1.0)
    with pytest.raises(ValueError, match="does not fit"):
        probe.install(torch.nn.Linear(4, 2), fitted)


def test_training_starts_from_the_probe(tiny_base: Path, tmp_path: Path) -> None:
    found = tiny.fit(tiny.ready(tiny_base), tmp_path / "probe", head="probe", epochs=1)
    blind = tiny.fit(tiny.ready(tiny_base), tmp_path / "random", head="random", epochs=1)
    assert found.model.notes["probe_penalty"] in linear_heads.PENALTIES
    assert found.validations[0]["loss"] < blind.validations[0]["loss"]
