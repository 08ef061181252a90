"""Rates rise and fall as promised; what is decayed, and how fast the head learns."""

from __future__ import annotations

import copy
import math
from pathlib import Path
from typing import Any, Literal

import pytest
import torch

from pipeline.strategies.full import Full
from pipeline.training.optimiser import create, parameter_groups, schedule
from tests.training import tiny


@pytest.mark.parametrize("shape", ["linear", "cosine", "constant"])
def test_warm_up_rises_evenly_to_the_peak(shape: str) -> None:
    shares = [schedule(step, total=20, warmup=0.2, shape=shape) for step in range(20)]
    assert shares[:4] == [0.25, 0.5, 0.75, 1.0]
    assert shares[4] == 1.0  # the first step after warm-up still has the peak
    assert max(shares) == 1.0
    assert min(shares) > 0


def test_after_warm_up_each_shape_ends_where_it_should() -> None:
    def last(shape: str) -> float:
        return schedule(99, total=100, warmup=0.0, shape=shape)

    assert last("linear") == pytest.approx(0.01)
    assert last("cosine") == pytest.approx(0.5 * (1 + math.cos(math.pi * 0.99)))
    assert last("constant") == 1.0
    assert schedule(50, total=100, warmup=0.0, shape="linear") == 0.5
    assert schedule(50, total=100, warmup=0.0, shape="cosine") == pytest.approx(0.5)
    assert schedule(0, total=1, warmup=0.9, shape="linear") == 1.0


def test_vectors_are_not_decayed_and_the_head_has_its_own_rate() -> None:
    model = torch.nn.ModuleDict(
        {"base": torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.LayerNorm(2)),
         "classifier": torch.nn.Linear(2, 2)}
    )  # fmt: skip
    named = dict(model.named_parameters())
    groups = parameter_groups(
        list(named.items()),
        head=("classifier",),
        learning_rate=1.0,
        head_learning_rate=3.0,
        weight_decay=0.5,
    )
    options = {
        id(parameter): (group["peak"], group["weight_decay"])
        for group in groups
        for parameter in group["params"]
    }
    assert {name: options[id(value)] for name, value in named.items()} == {
        "base.0.weight": (1.0, 0.5),
        "base.0.bias": (1.0, 0.0),
        "base.1.weight": (1.0, 0.0),
        "base.1.bias": (1.0, 0.0),
        "classifier.weight": (3.0, 0.5),
        "classifier.bias": (3.0, 0.0),
    }


def steps(base: Path, run: Path, **options: Any) -> tuple[dict[str, float], tiny.Fit]:
    """How far one step moves each part: AdamW's first step is as long as the rate."""
    prepared = tiny.ready(base, Full())
    before = tiny.weights(prepared.model)
    found = tiny.fit(
        prepared, run, max_steps=1, validations=1, weight_decay=0.0, warmup=0.0, **options
    )
    after = tiny.weights(prepared.model)
    moved = {name: float((after[name] - before[name]).abs().max()) for name in before}
    return moved, found


def test_the_head_learns_at_its_own_rate(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.scored([0.0, 1.0], monkeypatch)
    moved, found = steps(tiny_base, tmp_path, learning_rate=1e-3, head_learning_rate=1e-2)
    assert moved["classifier.weight"] == pytest.approx(1e-2, rel=1e-2)
    assert moved["bert.pooler.dense.weight"] == pytest.approx(1e-3, rel=1e-2)
    assert found.steps[0]["learning_rate"] == 1e-3


def test_gradients_are_clipped_to_the_norm_that_is_logged_unclipped(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[float] = []
    real = torch.optim.AdamW.step

    def step(self: torch.optim.AdamW, *args: Any, **kwargs: Any) -> Any:
        gradients = [p.grad.reshape(-1) for group in self.param_groups for p in group["params"]]
        kept.append(float(torch.cat(gradients).norm()))
        return real(self, *args, **kwargs)

    monkeypatch.setattr(torch.optim.AdamW, "step", step)
    norms = []
    for name, limit in (("none", None), ("low", 1e-4), ("high", 1e4)):
        _, found = steps(tiny_base, tmp_path / name, max_grad_norm=limit)
        norms.append(found.steps[0]["grad_norm"])
    assert norms[0] == norms[1] == norms[2] > 1e-3
    assert kept == pytest.approx([norms[0], 1e-4, norms[0]], rel=1e-2, abs=1e-6)


def two_layers() -> torch.nn.ModuleDict:
    torch.manual_seed(0)
    return torch.nn.ModuleDict(
        {"words": torch.nn.Embedding(6, 4), "block": torch.nn.Linear(4, 4),
         "classifier": torch.nn.Linear(4, 2)}
    )  # fmt: skip


def groups_of(model: torch.nn.Module, *, optimizer: Literal["adamw", "muon"]) -> Any:
    return parameter_groups(
        list(model.named_parameters()),
        head=("classifier",),
        embeddings=("words",),
        learning_rate=0.1,
        head_learning_rate=0.1,
        embedding_learning_rate=0.3,
        weight_decay=0.0,
        optimizer=optimizer,
    )


def test_muon_moves_the_matrices_between_embeddings_and_head_alone() -> None:
    model = two_layers()
    groups = groups_of(model, optimizer="muon")
    (matrices,) = [group["params"] for group in groups if group["muon"]]
    assert [id(p) for p in matrices] == [id(model["block"].weight)]
    assert not any(group["muon"] for group in groups_of(model, optimizer="adamw"))
    assert groups[0]["peak"] == 0.1  # what is logged is the rate of most
    assert {group["peak"] for group in groups} == {0.1, 0.3}


def step(model: torch.nn.ModuleDict, optimise: torch.optim.Optimizer, seed: int) -> None:
    inputs = torch.randint(0, 6, (8,), generator=torch.Generator().manual_seed(seed))
    loss = model["classifier"](model["block"](model["words"](inputs))).square().mean()
    loss.backward()
    optimise.step()
    optimise.zero_grad()


def test_muon_s_steps_are_long_in_directions_of_small_gradients_too() -> None:
    """An update is the gradient with its singular values brought near one, times 0.2 sqrt(4)."""
    model = two_layers()
    weight = model["block"].weight
    left, right = torch.linalg.qr(torch.randn(4, 4))[0], torch.linalg.qr(torch.randn(4, 4))[0]
    weight.grad = left @ torch.diag(torch.tensor([1.0, 0.5, 0.2, 0.1])) @ right
    before = weight.detach().clone()
    create(groups_of(model, optimizer="muon")).step()
    singular = torch.linalg.svdvals((before - weight.detach()) / (0.1 * 0.2 * 2))
    assert float(singular.min()) > 0.5
    assert float(singular.max()) < 1.4


def test_both_optimisers_go_on_from_one_saved_state() -> None:
    model, again = two_layers(), two_layers()
    first = create(groups_of(model, optimizer="muon"))
    step(model, first, 0)
    again.load_state_dict(model.state_dict())
    second = create(groups_of(again, optimizer="muon"))
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    for group in second.param_groups:  # the loop sets rates in the groups that it sees
        group["lr"] = group["peak"] / 2
    for group in first.param_groups:
        group["lr"] = group["peak"] / 2
    for seed in (1, 2):
        step(model, first, seed)
        step(again, second, seed)
    for name, value in model.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name
