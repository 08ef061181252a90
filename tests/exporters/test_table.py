"""The table of exports: every family by every exporter, proven or refused with a reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from pipeline import components, exporting
from pipeline.contracts import Exporter, Silent
from pipeline.exporting import proof
from pipeline.strategies.lora import Lora
from tests.conftest import Bases
from tests.exporters.snippets import loaded
from tests.tasks import cells
from tests.tasks.cells import Cell
from tests.tasks.pairs import FAMILIES, PAIRS

EXPORTERS = components.available("exporters")
WRITE = {"seq2seq", "instruction", "span-corruption"}
"""Tasks that no single forward pass answers."""
READ_TWICE = {"t5", "bart"}
"""Families whose decoder reads the text again before the head does."""


def refused(exporter: str, task: str, family: str) -> bool:
    """What the table says of a cell, said again by hand."""
    if exporter in ("onnx", "onnx-int8"):
        return task in WRITE
    if exporter == "sentence-transformers":
        return task not in ("text-classification", "text-regression") or family in READ_TWICE
    return False


def trained(bases: Bases, task: str, family: str) -> Cell:
    """With an adapter that two steps moved away from nothing."""
    on = cells.cell(bases[family], task, Lora())
    cells.train(on, 2, learning_rate=1e-3)
    return on


def problems(exporter: str, on: Cell) -> list[str]:
    made: Exporter = components.load("exporters", exporter)()
    return made.problems(on.model, family=on.prepared.family, task=on.task)


def test_the_folder_holds_what_we_know() -> None:
    assert {"adapter", "merged", "onnx", "onnx-int8", "sentence-transformers"} <= set(EXPORTERS)


@pytest.mark.parametrize(("task", "family"), PAIRS)
def test_what_is_refused_has_a_reason_and_nothing_else_is_refused(
    task: str, family: str, bases: Bases
) -> None:
    on = cells.cell(bases[family], task, Lora())
    for exporter in EXPORTERS:
        found = problems(exporter, on)
        assert bool(found) == refused(exporter, task, family), (exporter, found)
        assert all(reason and "\n" not in reason for reason in found)


OF_PLAIN_LIBRARIES = [
    pytest.param(task, family, marks=() if task == "text-classification" else pytest.mark.slow)
    for task, family in PAIRS
    if task not in WRITE
]


@pytest.mark.parametrize(("task", "family"), OF_PLAIN_LIBRARIES)
def test_files_for_other_libraries_answer_as_the_model_in_memory(
    task: str, family: str, bases: Bases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process, alone and in padded batches; what is proven in a fresh one is below."""
    on = trained(bases, task, family)
    evidence = proof.evidence_of(on.fitted(), on.model, on.table.slice(0, 4))
    for name in ("onnx", "onnx-int8", "sentence-transformers"):
        if problems(name, on):
            continue
        exporter: Exporter = components.load("exporters", name)()
        export, folder = on.export(), tmp_path / name
        folder.mkdir()
        exporter.write(export, folder)
        names = loaded(exporter.snippet(export), folder, monkeypatch)
        assert names["tokenizer"](evidence.texts)["input_ids"] == evidence.ids
        # Weights of 8 bits are as far off as logits are large.
        large = max(
            1.0, *(float(abs(each).max()) for one in evidence.outputs for each in one.values())
        )
        limit = 1e-5 if exporter.limits.logits is not None else 0.1 * large
        for inputs, outputs in zip(evidence.inputs, evidence.outputs, strict=True):
            given = {key: torch.from_numpy(value) for key, value in inputs.items() if value.ndim}
            with torch.no_grad():
                again = proof.logits_of(names["model"](**given))
            assert again.keys() == outputs.keys()
            far = {key: float(abs(again[key] - outputs[key]).max()) for key in outputs}
            assert all(each <= limit for each in far.values()), (name, far)
        batch = on.batch(on.examples, np.arange(len(on.examples)))
        with torch.no_grad():
            together = proof.logits_of(on.model(**batch.inputs))
            given = {key: value for key, value in batch.inputs.items() if key != "use_cache"}
            again = proof.logits_of(names["model"](**given))
        asked = np.asarray(batch.inputs.get("attention_mask", torch.ones(1))).astype(bool)
        for key, expected in together.items():
            difference = abs(again[key] - expected)
            if difference.shape[:2] == asked.shape and difference.ndim > 2:
                difference = difference[asked]
            assert difference.max() <= limit, name


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_proven_in_fresh_processes(
    family: str, bases: Bases, tmp_path: Path
) -> None:
    on = trained(bases, "text-classification", family)
    able = [components.load("exporters", name)() for name in EXPORTERS if not problems(name, on)]
    done = exporting.export_all(
        able,
        on.fitted(),
        base=on.base,
        columns={},
        rows=on.table,
        metric="accuracy",
        folder=tmp_path,
        report=Silent(),
    )
    for item in done:
        assert item.result.proved, item.result.reason
        assert item.result.agreement == 1
        assert item.result.metric_difference == 0
    assert {path.name for path in tmp_path.iterdir()} == {exporter.name for exporter in able}
    home = str(Path.home()).encode()
    for file in tmp_path.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert str(tmp_path).encode() not in content, file.name
            assert home not in content, file.name
