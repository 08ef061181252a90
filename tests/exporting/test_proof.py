"""No export under its final name that a fresh process does not load with the same answers."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from pipeline import exporting
from pipeline.contracts import Export, Limits, Proof, Silent
from pipeline.errors import ProofError
from pipeline.exporters.adapter import Adapter
from pipeline.exporting import proof, reloading
from tests.exporters.conftest import Trained, adapted, from_hub
from tests.training import tiny

__all__ = ["adapted", "from_hub"]  # fixtures

EVIDENCE = proof.Evidence(
    inputs=[{"input_ids": np.asarray([[1, 2]])}],
    outputs=[{"logits": np.zeros((1, 2), np.float32)}],
    texts=["a"],
    ids=[[1, 2]],
)

LIMITS = Limits()
LIMIT = 1e-4

PLAYED = """
import torch
def tokenizer(texts):
    return {"input_ids": [[1, 2]]}
def model(input_ids):
    return {"logits": torch.tensor([[0.0, 0.0]]), "past": None}
"""
"""A snippet whose model says what it is expected to say."""


def exported(trained: Trained, folder: Path) -> list[exporting.Exported]:
    return exporting.export_all(
        [Adapter()],
        trained.model,
        base=trained.base,
        columns={"text": "body.en", "label": "team"},
        rows=tiny.table(70, seed=5),
        metric="accuracy",
        folder=folder,
        report=Silent(),
    )


def test_a_good_export_is_proven_without_a_network(from_hub: Trained, tmp_path: Path) -> None:
    (done,) = exported(from_hub, tmp_path)
    assert done.result.proved
    assert done.result.max_logit_difference is not None
    assert done.result.max_logit_difference <= done.result.limits["logits"]
    assert done.result.metric_difference == 0
    assert done.result.agreement == 1
    assert (done.result.logit_rows, done.result.metric_rows) == (64, 70)
    assert done.result.milliseconds
    assert done.result.milliseconds_in_memory
    assert [path.name for path in tmp_path.iterdir()] == ["adapter"]
    facts = json.loads((tmp_path / "adapter" / "graft.json").read_text(encoding="utf-8"))
    assert facts["columns"] == {"text": "body.en"}
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
    (done,) = exported(from_hub, tmp_path)
    assert not done.result.proved
    assert "logits differ by up to 1" in done.result.reason
    assert (done.result.path, done.result.size_bytes) == ("", 0)
    assert list(tmp_path.iterdir()) == []


def prove(trained: Trained, folder: Path, snippet: str, limits: Limits = LIMITS) -> Proof:
    return proof.prove(folder, snippet, evidence=EVIDENCE, base=trained.base, limits=limits)


def test_a_snippet_that_fails_is_quoted(from_hub: Trained, tmp_path: Path) -> None:
    with pytest.raises(ProofError, match="cannot load the export") as caught:
        prove(from_hub, tmp_path, "raise RuntimeError('no such thing')")
    assert "no such thing" in str(caught.value)


def test_what_a_snippet_prints_is_not_taken_for_an_answer(
    from_hub: Trained, tmp_path: Path
) -> None:
    said = "print('a' * 100_000, flush=True)\n" + PLAYED
    assert prove(from_hub, tmp_path, said).max_logit_difference == 0


def compared(logits: list[float], limits: Limits = LIMITS) -> Proof:
    """The proof's judgement of a model that gives these logits."""
    found: Any = SimpleNamespace(
        logits=lambda inputs: {"logits": np.asarray([logits], np.float32)}, seconds=0.001
    )
    return proof._of_logits(found, EVIDENCE, limits, "adapter")


@pytest.mark.parametrize(
    ("logits", "words"),
    [
        ([0.0, 0.0, 0.0], "logits of another shape"),
        ([0.0, np.nan], "no numbers"),
        ([0.0, 2 * LIMIT], "answers differently"),
    ],
)
def test_other_logits_are_refused(logits: list[float], words: str) -> None:
    with pytest.raises(ProofError, match=words):
        compared(logits)


def test_the_largest_difference_is_told_and_judged_only_where_there_is_a_limit() -> None:
    assert compared([1e-6, -3e-5]).max_logit_difference == pytest.approx(3e-5)
    assert compared([0.5, -1.0], Limits(logits=None)).max_logit_difference == 1.0


def test_a_process_that_hangs_is_an_error_of_the_proof(
    from_hub: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reloading, "_TIMEOUT_S", 0.5)
    with pytest.raises(ProofError, match=r"within 0\.5 seconds"):
        prove(from_hub, tmp_path, "import time; time.sleep(60)")


# ------------------------------------------------------------- answers of a played model


def examined(
    trained: Trained, wrong: int, limits: Limits, monkeypatch: pytest.MonkeyPatch
) -> Proof:
    """Prove a model that answers like the one in memory, but for the first rows."""
    table = tiny.table(70, seed=5)
    exam = proof.exam_of(trained.model, table, metric="accuracy")
    gold = trained.model.task.references(table, trained.model.labels)

    def sit(exam: proof.Exam, answering: object) -> tuple[float | None, list[str] | None]:
        told = list(exam.told or [])
        told[:wrong] = ["another"] * wrong
        assert exam.score is not None
        return exam.score - wrong / len(gold), told

    monkeypatch.setattr(proof, "_sit", sit)
    found: Any = SimpleNamespace()
    return proof._of_answers(found, exam, Proof(), limits, "adapter")


def test_a_share_of_other_answers_is_told(
    from_hub: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = examined(from_hub, 2, Limits(metric=0.05, agreement=0.95), monkeypatch)
    assert found.agreement == pytest.approx(68 / 70)
    assert found.metric_difference == pytest.approx(-2 / 70)
    assert found.metric_rows == 70


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(metric=0.01, agreement=0.5), "accuracy on 70 test rows is .* worse by more than"),
        (Limits(metric=0.5, agreement=0.98), r"97\.1% of 70 test rows get the same answer"),
    ],
)
def test_too_many_other_answers_are_refused(
    limits: Limits, words: str, from_hub: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ProofError, match=words):
        examined(from_hub, 2, limits, monkeypatch)
