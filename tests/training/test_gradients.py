"""One step has one gradient, however it is cut into passes and shared among processes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate import Accelerator
from safetensors.torch import load_file

from pipeline.errors import TrainingError
from pipeline.strategies.full import Full
from pipeline.training.model import Prepared
from tests.training import tiny, two_processes

CUTS = {
    "one pass": {"micro_batch_tokens": 8192},
    "4 x 4 rows": {"micro_batch_size": 4},
    "single rows": {"micro_batch_size": 1},
    "few tokens": {"micro_batch_tokens": 64},
}


def prepared_with_a_decided_head(base: Path) -> Prepared:
    """A fresh head hardly tells the classes apart, so that its gradient is mostly rounding."""
    prepared = tiny.ready(base, Full())
    with torch.no_grad():
        head: Any = prepared.model.get_submodule("classifier")
        head.weight.normal_(std=1.0, generator=torch.Generator().manual_seed(0))
    return prepared


def gradient(base: Path, run: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Any:
    """The gradient of the first step of sixteen rows, before clipping."""
    kept: list[torch.Tensor] = []

    def keep(self: Accelerator, parameters: list[torch.Tensor], limit: float) -> torch.Tensor:
        kept.append(torch.cat([value.grad.reshape(-1).clone() for value in parameters]))
        return torch.zeros(())

    monkeypatch.setattr(Accelerator, "clip_grad_norm_", keep)
    on, steps = tiny.work(16), {"batch_size": 16, "max_steps": 1}
    found = tiny.fit(prepared_with_a_decided_head(base), run, on=on, **(steps | options))
    return kept[0], found.steps[0]["loss"]


def by_hand(base: Path) -> tuple[torch.Tensor, float]:
    """The same with plain transformers: one padded batch, its mean loss."""
    prepared, on = prepared_with_a_decided_head(base), tiny.work(16)
    model: Any = prepared.model
    texts = on.train["text"].to_pylist()
    inputs = prepared.codec.tokenizer(texts, padding=True, return_tensors="pt")
    targets = torch.from_numpy(on.task.references(on.train, on.labels))
    loss = model.train()(**inputs, labels=targets).loss
    loss.backward()
    return torch.cat([value.grad.reshape(-1) for value in model.parameters()]), loss.item()


@pytest.mark.parametrize("cut", CUTS)
def test_any_cut_gives_the_gradient_of_one_padded_batch(
    cut: str, tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, loss = by_hand(tiny_base)
    found, logged = gradient(tiny_base, tmp_path, monkeypatch, **CUTS[cut])
    assert logged == pytest.approx(loss, abs=2e-6)
    assert (found - expected).norm() <= 1e-6 * expected.norm()


def test_two_processes_learn_what_one_learns(tiny_base: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    group = {
        "WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "GLOO_SOCKET_IFNAME": "lo",
        "OMP_NUM_THREADS": "1",
    }
    program = [sys.executable, "-m", two_processes.__name__, str(tiny_base), str(tmp_path)]
    both = [
        subprocess.Popen(
            program,
            env=os.environ | group | {"RANK": rank, "LOCAL_RANK": rank},
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in ("0", "1")
    ]
    for process in both:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said[-3000:]
    for name in two_processes.CASES:
        alone = two_processes.learn(name, tiny_base, tmp_path / "alone" / name)
        ranks = [load_file(tmp_path / f"{name}-{rank}.safetensors") for rank in (0, 1)]
        assert alone.keys() == ranks[0].keys() == ranks[1].keys()
        for key, value in alone.items():
            assert torch.equal(ranks[0][key], ranks[1][key]), f"{name}: {key} differs by process"
            assert torch.allclose(ranks[0][key], value, atol=1e-6), f"{name}: {key}"


def test_a_layer_without_gradient_stops_the_run_by_name(tiny_base: Path, tmp_path: Path) -> None:
    prepared = tiny.ready(tiny_base, Full())
    prepared.model.add_module("spare", torch.nn.Linear(3, 3))
    with pytest.raises(TrainingError, match="no gradient: spare"):
        tiny.fit(prepared, tmp_path)


def test_an_adapter_beside_an_unused_layer_stops_the_run_by_name(
    tiny_base: Path, tmp_path: Path
) -> None:
    from peft import LoraConfig, get_peft_model

    prepared = tiny.ready(tiny_base, Full())
    prepared.model.add_module("spare", torch.nn.Linear(3, 3))
    config = LoraConfig(target_modules=["query", "spare"], modules_to_save=["classifier"])
    wrapped = get_peft_model(prepared.model, config)
    with pytest.raises(TrainingError, match=r"no gradient: base_model\.model\.spare$|spare\n"):
        tiny.fit(type(prepared)(**(vars(prepared) | {"model": wrapped})), tmp_path)
