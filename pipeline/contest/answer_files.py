"""Answers in files: ``predictions.parquet`` of a run, and entries that an interrupted run keeps.

In ``predictions.parquet`` every answer stands twice: in words, for people, and in a column
``NAME/answer`` as the metrics take it, so that runs can be compared without running them again.
Answers of further seeds stand in ``NAME/answer/SEED``, gold ones in ``gold/answer``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import storage
from pipeline.contest import Entry
from pipeline.contracts import ROW_ID, ContenderResult, Predictions, SeedResult, Splits, Task, Work

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

GOLD = "gold"
GROUP = "gold/group"
_KEPT = "entry.json", "answers.parquet"


def column(name: str, seed: int | None = None) -> str:
    """Name of the column that holds a contender's answers as metrics take them."""
    return f"{name}/answer" if seed is None else f"{name}/answer/{seed}"


def write_predictions(entries: Sequence[Entry], splits: Splits, work: Work, path: Path) -> None:
    """``predictions.parquet``: every test row, its gold answer and each contender's."""
    task, labels = work.task, work.labels
    references = task.references(splits.test, labels)
    columns: dict[str, Any] = {
        ROW_ID: splits.test[ROW_ID],
        "text": _texts(task, splits.test),
        GOLD: task.in_context(references, splits.test, labels, gold=True),
    }
    for entry in entries:
        name, answers = entry.result.name, entry.predictions.answers
        columns[name] = task.in_context(answers, splits.test, labels)
        if entry.predictions.scores is not None:
            columns[f"{name}/score"] = entry.predictions.scores.max(axis=1)
    columns[column(GOLD)] = as_column(references)
    groups = task.groups(splits.test)
    if groups is not None:
        columns[GROUP] = groups
    for entry in entries:
        columns[column(entry.result.name)] = as_column(entry.predictions.answers)
        seeds = [each.seed for each in entry.result.seeds]
        for seed, answers in zip(seeds[1:], entry.others, strict=True):
            columns[column(entry.result.name, seed)] = as_column(answers)
    _write(columns, path)


def _texts(task: Task, table: pa.Table) -> pa.ChunkedArray:
    """(N,) the rows as texts, of which Python holds some at a time."""
    import pyarrow as pa

    from pipeline.data.hashing import in_batches

    return pa.chunked_array([task.texts(part) for part in in_batches(table)], pa.string())


def keep(entry: Entry, folder: Path) -> None:
    """Write what a verdict needs of an entry, so that it need not be fitted again."""
    columns = {"answer": as_column(entry.predictions.answers)}
    if entry.predictions.scores is not None:
        columns["scores"] = as_column(entry.predictions.scores)
    columns |= {f"other/{n}": as_column(each) for n, each in enumerate(entry.others)}
    _write(columns, folder / _KEPT[1])
    storage.write_json(folder / _KEPT[0], asdict(entry.result))


def is_kept(folder: Path) -> bool:
    """Whether ``keep`` has written an entry here."""
    return (folder / _KEPT[0]).is_file()


def kept(folder: Path) -> Entry:
    """Read back what ``keep`` wrote.

    Raises:
        ModelError: a file is missing or damaged.
    """
    import pyarrow.parquet as pq

    facts = storage.read_json(folder / _KEPT[0])
    table = pq.read_table(folder / _KEPT[1])
    scores = as_array(table["scores"]) if "scores" in table.column_names else None
    seeds = tuple(SeedResult(**each) for each in facts["seeds"])
    result = ContenderResult(**{**facts, "interval": tuple(facts["interval"]), "seeds": seeds})
    others = [name for name in table.column_names if name.startswith("other/")]
    return Entry(
        result,
        None,
        Predictions(as_array(table["answer"]), scores),
        tuple(as_array(table[name]) for name in others),
    )


def as_column(answers: np.ndarray) -> pa.Array:
    """Answers as an Arrow array: numbers, lists of numbers, texts, or lists of texts."""
    import pyarrow as pa

    if answers.dtype != object:
        return pa.array(answers if answers.ndim == 1 else list(answers))
    return pa.array([list(row) if isinstance(row, tuple) else row for row in answers])


def as_array(values: pa.ChunkedArray) -> np.ndarray:
    """What ``as_column`` was given: of the same type and shape."""
    import numpy as np
    import pyarrow as pa

    from pipeline.ragged import objects

    kind = values.type
    if pa.types.is_list(kind) and _is_number(kind.value_type):
        rows = values.to_pylist()
        return np.asarray(rows, dtype=kind.value_type.to_pandas_dtype()).reshape(len(rows), -1)
    if _is_number(kind):
        return values.to_numpy()
    # A list without texts has no type of its own.
    rows = values.to_pylist()
    return objects(tuple(row) if isinstance(row, list) else row for row in rows)


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return pa.types.is_integer(kind) or pa.types.is_floating(kind)


def _write(columns: dict[str, Any], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    storage.write_bytes(path, sink.getvalue().to_pybytes())
