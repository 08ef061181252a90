"""No export under its final name that a fresh process does not load with the same answers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from pipeline import exporting, proof
from pipeline.contracts import Export, Silent
from pipeline.errors import ProofError
from pipeline.exporters.adapter import Adapter
from tests.exporters.conftest import Trained, adapted, from_hub
from tests.training import tiny

__all__ = ["adapted", "from_hub"]  # fixtures

EVIDENCE = proof.Evidence(
    inputs=[{"input_ids": np.asarray([[1, 2]])}],
    outputs=[{"logits": np.zeros((1, 2), np.float32)}],
    texts=["a"],
    ids=[[1, 2]],
)


def exported(trained: Trained, folder: Path) -> list[exporting.Exported]:
    return exporting.export_all(
        [Adapter()],
        trained.model,
        base=trained.base,
        rows=tiny.table(70, seed=5),
        folder=folder,
        report=Silent(),
    )


def test_a_good_export_is_proven_without_a_network(from_hub: Trained, tmp_path: Path) -> None:
    (done,) = exported(from_hub, tmp_path)
    assert done.result.proved
    assert done.result.max_logit_difference <= proof.LIMIT
    assert [path.name for path in tmp_path.iterdir()] == ["adapter"]
    assert done.result.size_bytes == sum(
        file.stat().st_size for file in (tmp_path / "adapter").rglob("*") if file.is_file()
    )


def test_an_export_with_another_weight_is_refused(
    from_hub: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Adapter.write

    def write(self: Adapter, export: Export, folder: Path) -> None:
        real(self, export, folder)
        file = folder / "adapter_model.safetensors"
        tensors = load_file(file)
        name = next(name for name in tensors if name.endswith("classifier.bias"))
        tensors[name][0] += 0.01
        save_file(tensors, file)

    monkeypatch.setattr(Adapter, "write", write)
    with pytest.raises(ProofError, match="answers differently"):
        exported(from_hub, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_snippet_that_fails_is_quoted(from_hub: Trained, tmp_path: Path) -> None:
    with pytest.raises(ProofError, match="cannot load the export") as caught:
        proof.prove(
            tmp_path,
            "raise RuntimeError('no such thing')",
            evidence=EVIDENCE,
            base=from_hub.base,
        )
    assert "no such thing" in str(caught.value)


# From here on the fresh process is played: what it gives back decides.


def answer(found: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        np.savez(command[6], allow_pickle=False, **{"0/logits": found})
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)


def prove(trained: Trained, folder: Path) -> float:
    return proof.prove(folder, "", evidence=EVIDENCE, base=trained.base)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (np.zeros((1, 3)), "logits of another shape"),
        (np.full((1, 2), np.nan), "answers differently"),
        (np.full((1, 2), 2 * proof.LIMIT), "answers differently"),
    ],
)
def test_other_answers_are_refused(
    found: np.ndarray,
    words: str,
    from_hub: Trained,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer(found, monkeypatch)
    with pytest.raises(ProofError, match=words):
        prove(from_hub, tmp_path)


def test_the_largest_difference_is_told(
    from_hub: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(np.asarray([[1e-6, -3e-5]]), monkeypatch)
    assert prove(from_hub, tmp_path) == pytest.approx(3e-5)


def test_a_process_that_hangs_is_an_error_of_the_proof(
    from_hub: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(command: list[str], **options: object) -> None:
        raise subprocess.TimeoutExpired(command, 900)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(ProofError, match="within 900 seconds"):
        prove(from_hub, tmp_path)
