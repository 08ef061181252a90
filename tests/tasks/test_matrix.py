"""Every task on every family under every strategy: learns, accumulates, packs and comes back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pipeline import components
from pipeline.contracts import Exporter, Silent
from pipeline.examples import Examples
from pipeline.exporting import proof, reloading
from pipeline.training.model import unwrapped
from pipeline.training.parts import parts
from tests.conftest import Bases
from tests.exporters.snippets import loaded
from tests.tasks import cells, rows
from tests.tasks.cells import Cell, Trained
from tests.tasks.pairs import FAMILIES, PAIRS, TASKS, WHY_NOT, why_not
from tests.training import tiny
from tests.training.families import BUILDERS

OPTIONS: Mapping[str, Mapping[str, Any]] = {"freeze": {"blocks": 1}}
"""Of the strategies that would have little to learn, or nothing, as they come."""
STRATEGIES = components.available("strategies")
EXPORTERS = ("adapter", "merged")

EVERY_PAIR = pytest.mark.parametrize(("task", "family"), PAIRS)


def strategy_of(name: str) -> Any:
    return components.load("strategies", name)(**OPTIONS.get(name, {}))


# ---------------------------------------------------------------------- what there is


def test_the_folders_hold_what_we_know() -> None:
    assert set(FAMILIES) == set(BUILDERS), "add a builder to tests/training/families.py"
    assert {"bert", "roberta", "gpt2", "llama", "t5", "bart"} <= set(FAMILIES)
    assert {"freeze", "full", "lora"} <= set(STRATEGIES)
    assert "text-classification" in TASKS


def test_every_pair_makes_sense_or_has_a_reason_not_to() -> None:
    assert set(TASKS) <= set(WHY_NOT), "add the task to tests/tasks/pairs.py"
    for name, family in FAMILIES.items():
        for task in TASKS:
            assert (task in family.heads) == (why_not(task, name) is None), (task, name)
        assert set(family.heads) <= set(WHY_NOT), name


def test_every_reason_is_a_line_about_something_there_is() -> None:
    shapes = {family.shape for family in FAMILIES.values()}
    for reasons in WHY_NOT.values():
        assert set(reasons) <= {*shapes, *FAMILIES}
        assert all(reason and "\n" not in reason for reason in reasons.values())
        for name in set(reasons) & set(FAMILIES):
            assert FAMILIES[name].shape not in reasons, f"{name} has two reasons"


@pytest.mark.parametrize("task", TASKS)
def test_the_rows_of_a_task_have_its_columns(task: str) -> None:
    import pyarrow as pa

    strings = pa.list_(pa.string())
    types = {
        "text": pa.string(), "label": pa.string(), "number": pa.float64(), "labels": strings,
        "words": strings, "tags": strings, "texts": strings, "answers": rows.ANSWERS,
        "messages": rows.MESSAGES,
    }  # fmt: skip
    columns, table = components.load("tasks", task)().columns, rows.of(task)
    assert {name for name, column in columns.items() if column.required} <= {*table.column_names}
    assert {*table.column_names} <= {*columns, "row_id"}
    for name in set(table.column_names) & set(columns):
        assert table.schema.field(name).type == types[columns[name].kind], name
    assert table.num_rows == rows.COUNT


# ------------------------------------------------------------- each under each strategy


@pytest.fixture(scope="module")
def trained(request: pytest.FixtureRequest, bases: Bases) -> Trained:
    """A cell after two steps, so that the half of an adapter that is behind zeros moves too."""
    task, family, strategy = request.param
    on = cells.cell(bases[family], task, strategy_of(strategy))
    before = tiny.weights(on.model)
    counted = parts(on.model, on.prepared.family, on.task)
    cells.train(on, 2, learning_rate=1e-3)
    return Trained(on, family, strategy, before, counted)


EVERY_CELL = pytest.mark.parametrize(
    "trained",
    [(task, family, strategy) for task, family in PAIRS for strategy in STRATEGIES],
    ids="-".join,
    indirect=True,
)


@EVERY_CELL
def test_what_was_promised_learns_and_nothing_else(trained: Trained) -> None:
    after, learning = tiny.weights(trained.cell.model), trained.cell.learning
    changed = {
        name for name, value in after.items() if not torch.equal(value, trained.before[name])
    }
    assert changed == set(learning)
    assert all(value.isfinite().all() for value in after.values())
    if trained.strategy in PROMISES:
        assert changed == PROMISES[trained.strategy](trained.cell)


@EVERY_CELL
def test_the_parts_add_up(trained: Trained) -> None:
    inner: Any = unwrapped(trained.cell.model)
    counted = [p for name, p in inner.named_parameters() if "original_module" not in name]
    table, learning = trained.parts, trained.cell.learning
    assert sum(row["total"] for row in table) == sum(p.numel() for p in counted)
    assert sum(row["trainable"] for row in table) == sum(p.numel() for p in learning.values())
    head = [row for row in table if row["part"] == "head"]
    if trained.cell.prepared.family.heads[trained.cell.task.name].modules:
        assert head[0]["trainable"] == head[0]["total"] > 0


@EVERY_CELL
def test_the_gradient_does_not_depend_on_the_cut(trained: Trained) -> None:
    on, examples = trained.cell, trained.cell.examples
    assert len(set(examples.lengths.tolist())) > 1  # or nothing would be padded
    padded = cells.gradient(on, examples, cells.together(examples))
    alone = cells.gradient(on, examples, cells.one_by_one(examples))
    assert padded.norm() > 0
    assert (alone - padded).norm() <= 1e-5 * padded.norm()


@EVERY_CELL
def test_an_export_answers_the_same_with_plain_libraries(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = trained.cell
    evidence = proof.evidence_of(on.fitted(), on.fitted().model, on.table.slice(0, 3))
    written = []
    for name in EXPORTERS:
        exporter: Exporter = components.load("exporters", name)()
        if exporter.needs_adapter and not strategy_of(trained.strategy).adds_adapter:
            continue
        assert exporter.problems(on.model, family=on.prepared.family, task=on.task) == []
        export, folder = on.export(), tmp_path / name
        folder.mkdir()
        exporter.write(export, folder)
        names = loaded(exporter.snippet(export), folder, monkeypatch)
        assert names["tokenizer"](evidence.texts)["input_ids"] == evidence.ids
        for inputs, outputs in zip(evidence.inputs, evidence.outputs, strict=True):
            assert outputs
            again = answer(names["model"], inputs)
            assert again.keys() == outputs.keys()
            assert all(abs(again[key] - outputs[key]).max() <= 1e-5 for key in outputs), name
        written.append(name)
    assert written


def answer(model: Any, inputs: Mapping[str, Any]) -> reloading.Arrays:
    """Logits of one pass, as the proof asks for them."""
    given = {
        name: torch.from_numpy(value) if value.ndim else value.item()
        for name, value in inputs.items()
    }
    with torch.no_grad():
        return proof.logits_of(model(**given))


def everything(on: Cell) -> set[str]:
    return {name for name, _ in on.model.named_parameters()}


def above_the_first_block(on: Cell) -> set[str]:
    """All but the embeddings and the first block; a tied head is an embedding."""
    family, task = on.prepared.family, on.task.name
    embeddings = family.within(task, family.embeddings)
    first = f"{family.within(task, family.blocks)[0]}.0"
    below = tuple(f"{path}." for path in (*embeddings, first))
    return {name for name in everything(on) if not name.startswith(below)} | set(on.prepared.fresh)


def adapters_and_head(on: Cell) -> set[str]:
    """Both halves of every adapter, and of PEFT's two copies of what is saved whole the second."""
    return {name for name in everything(on) if ".lora_" in name or ".modules_to_save." in name}


PROMISES = {"full": everything, "freeze": above_the_first_block, "lora": adapters_and_head}


# ------------------------------------------------------------------------ each pair once


@EVERY_PAIR
def test_a_few_rows_are_learnt_by_heart(task: str, family: str, bases: Bases) -> None:
    on = cells.cell(bases[family], task, strategy_of("full"))
    losses = cells.train(on, 30, learning_rate=5e-3)
    assert losses[-1] < 0.5 * losses[0]


@EVERY_PAIR
def test_rows_are_answered_without_their_answers(task: str, family: str, bases: Bases) -> None:
    on = cells.cell(bases[family], task, strategy_of("full"))
    asked = [name for name, column in on.task.columns.items() if column.is_input]
    table = on.table.select(["row_id", *(name for name in asked if name in on.table.column_names)])
    found = on.fitted().predict(table, Silent())
    assert len(found.answers) == rows.COUNT
    assert found.scores is None or len(found.scores) == rows.COUNT
    gold = on.task.references(on.table, on.labels)
    for told in (
        on.task.readable(found.answers, on.labels),
        on.task.in_context(found.answers, table, on.labels),
        on.task.in_context(gold, on.table, on.labels, gold=True),
    ):
        assert len(told) == rows.COUNT
        assert all(isinstance(item, str) for item in told)
    assert len(on.fitted().predict(table.slice(0, 0), Silent()).answers) == 0


PACKING = [pair for pair in PAIRS if "packing" in components.load("tasks", pair[0]).model_fields]


@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
@pytest.mark.parametrize(("task", "family"), PACKING)
def test_packed_texts_do_not_see_each_other(
    task: str, family: str, training: bool, bases: Bases
) -> None:
    on = cells.cell(bases[family], task, strategy_of("full"))
    packed = cells.cell(
        bases[family], task, strategy_of("full"), options={"packing": True}
    ).examples
    plain = on.examples
    assert packed.positions is not None
    assert len(packed) < len(plain)
    on.model.train(training)
    found, expected = said(on, packed), said(on, plain)
    assert found.keys() == expected.keys()
    for ids, logits in expected.items():
        assert abs(found[ids] - logits).max() <= 1e-5


def said(on: Cell, examples: Examples) -> dict[tuple[int, ...], np.ndarray]:
    """Logits of each text by its ids, all of them in one pass."""
    batch = on.batch(examples, np.arange(len(examples)))
    with torch.no_grad():
        logits = on.model(**batch.inputs).logits.numpy()
    found = {}
    for number, length in enumerate(batch.lengths):
        ids = examples.ids[number]
        counted = np.arange(length)
        if examples.positions is not None:
            first = examples.ids.offsets[number]
            counted = examples.positions[first : first + length]
        starts = np.flatnonzero(counted == 0).tolist()
        for start, end in zip(starts, [*starts[1:], length], strict=True):
            found[tuple(ids[start:end].tolist())] = logits[number, start:end]
    return found
